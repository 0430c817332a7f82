import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { userCacheDirectory } from '../../../src/files/cache.js';
import { run, tellingLine } from '../../../src/runtime/command.js';
import { BenchError } from '../benchError.js';

/** As it was measured. */
const pinned = 'onnxruntime-node@1.30.0';

const folder = () => join(userCacheDirectory(), 'bench-node');
const installed = () => join(folder(), 'node_modules', 'onnxruntime-node', 'package.json');

export const hasOnnxRuntime = (): boolean => existsSync(installed());

/** What the bench calls of it. */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(path: string, options: object): Promise<Session>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => object;
}
interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Record<string, object>): Promise<Record<string, { readonly data: Float32Array }>>;
}

export function loadOnnxRuntime(): OnnxRuntime & { readonly version: string } {
  const require = createRequire(installed());
  const { version } = require(installed());
  return { ...require('onnxruntime-node'), version };
}

/** Installs it in the user's cache, where it is not there. @throws BenchError in one line. */
export async function setUpOnnxRuntime(say: (line: string) => void): Promise<void> {
  if (hasOnnxRuntime()) return say(`${folder()} is there, with ${pinned}.`);
  say(`Installing ${pinned} with npm (290 MB) ...`);
  await mkdir(folder(), { recursive: true });
  const args = ['install', '--ignore-scripts', '--no-save', '--prefix', folder(), pinned];
  const { ok, ending, output } = await run('npm', args);
  if (ok && hasOnnxRuntime()) return;
  await rm(folder(), { recursive: true, force: true });
  throw new BenchError(`npm install ${pinned} failed (${ending}): ${tellingLine(output)}`);
}
