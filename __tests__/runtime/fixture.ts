import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const packages = join(root, 'node_modules');
export const tfjsNodeDirectory = join(packages, '@tensorflow', 'tfjs-node');
export const realBinding = join(tfjsNodeDirectory, 'lib', 'napi-v8', 'tfjs_binding.node');

const folders: string[] = [];

export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'handgrad-runtime-')));
  folders.push(folder);
  return folder;
}

export function removeTemporaryFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/**
 * A copy of src in a folder of its own, with every package of this checkout, but with
 * tfjs-node absent, or there without a binding.
 */
export function projectWhereTfjsNodeIs(state: 'absent' | 'unbuilt'): string {
  const project = temporaryFolder();
  for (const path of ['package.json', 'src']) {
    cpSync(join(root, path), join(project, path), { recursive: true });
  }
  const link = (name: string) =>
    symlinkSync(join(packages, name), join(project, 'node_modules', name));
  mkdirSync(join(project, 'node_modules', '@tensorflow'), { recursive: true });
  for (const name of readdirSync(packages)) {
    if (name !== '@tensorflow' && !name.startsWith('.')) link(name);
  }
  for (const name of readdirSync(join(packages, '@tensorflow'))) {
    if (name !== 'tfjs-node') link(join('@tensorflow', name));
  }
  if (state === 'unbuilt') {
    const copy = join(project, 'node_modules', '@tensorflow', 'tfjs-node');
    const built = ['lib', 'deps'].map((name) => join(tfjsNodeDirectory, name));
    cpSync(tfjsNodeDirectory, copy, { recursive: true, filter: (path) => !built.includes(path) });
  }
  return project;
}

export const bindingOf = (project: string) =>
  join(project, 'node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node');

/** Runs lines of JavaScript in a project, in a process of their own. */
export function runIn(
  project: string,
  code: string,
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const args = ['--import', 'tsx', '--input-type=module', '--eval', code];
  const child = spawn(process.execPath, args, { cwd: project, env: { ...process.env, ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** A folder with shell scripts, to be the whole PATH of what is tested. */
export function programs(scripts: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}
