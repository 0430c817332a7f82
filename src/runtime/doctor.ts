import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { version } from '../version.js';
import { type BackendName, backendNames } from './backends.js';
import { type MissingTool, missingTools } from './missingTools.js';
import type { Probe } from './probe.js';
import { platformName, wheels } from './wheels.js';

export interface Diagnosis {
  readonly node: string;
  readonly handgrad: string;
  readonly backends: Readonly<Record<BackendName, Probe>>;
  /** What keeps a backend from working, in the order in which to mend it. */
  readonly missing: readonly MissingTool[];
}

/**
 * Says what works on this machine. Each backend is tried in a process of its own, which may crash:
 * the backend in use, and the output of this process, stay as they are.
 */
export async function diagnose(): Promise<Diagnosis> {
  const probes = await Promise.all(
    backendNames.map(async (name) => [name, await probeApart(name)] as const),
  );
  const found = Object.fromEntries(probes) as Record<BackendName, Probe>;
  return {
    node: process.versions.node,
    handgrad: version,
    backends: found,
    missing: [
      ...(found.native.works ? [] : await toolsForNative()),
      ...probes.flatMap(([name, probe]) =>
        !probe.works && probe.cure ? [{ what: `${name} backend`, cure: probe.cure }] : [],
      ),
    ],
  };
}

async function toolsForNative(): Promise<readonly MissingTool[]> {
  const wheel = wheels[platformName()];
  return wheel ? missingTools(wheel.compiler) : [];
}

/** Runs probeChild beside this file: compiled JavaScript as it is, TypeScript in a checkout by tsx. */
async function probeApart(name: BackendName): Promise<Probe> {
  const extension = extname(import.meta.url);
  const child = fileURLToPath(new URL(`./probeChild${extension}`, import.meta.url));
  const trial = fork(child, [name], {
    execArgv: extension === '.ts' ? ['--import', tsx()] : [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    timeout: 60_000,
  });
  let answer: Probe | undefined;
  trial.on('message', (message) => {
    answer = message as Probe;
  });
  const [[code, signal]] = await Promise.all([once(trial, 'exit'), once(trial, 'disconnect')]);
  const ending = signal ? `signal ${signal}` : `exit code ${code}`;
  return answer ?? { works: false, why: `The process that tried it ended with ${ending}.` };
}

function tsx(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
}
