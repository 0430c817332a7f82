import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { BenchError } from '../../../scripts/bench/benchError.js';
import { environment, look, pinned, pythonCommand } from '../../../scripts/bench/python.js';
import { setup } from '../../../scripts/bench/setup.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';

const folder = temporaryFolder();
const { HANDGRAD_CACHE, HANDGRAD_PYTHON } = process.env;
const said: string[] = [];
const say = (line: string) => said.push(line);

beforeEach(() => {
  process.env.HANDGRAD_CACHE = join(folder, 'cache');
  delete process.env.HANDGRAD_PYTHON;
  said.length = 0;
});
afterEach(() => {
  Object.assign(process.env, { HANDGRAD_CACHE, HANDGRAD_PYTHON });
  if (HANDGRAD_CACHE === undefined) delete process.env.HANDGRAD_CACHE;
  if (HANDGRAD_PYTHON === undefined) delete process.env.HANDGRAD_PYTHON;
});

/** A program that makes an environment as venv does, with a Python in it that does `inside`. */
function fakePython(name: string, inside: string): string {
  const path = join(folder, name);
  const own = join(folder, `${name}-inside`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(own, `#!/bin/sh\n${inside}\n`);
  writeFileSync(path, `#!/bin/sh\nmkdir -p "$4/bin" && cp "${own}" "$4/bin/python"\n`);
  for (const file of [own, path]) chmodSync(file, 0o755);
  return path;
}

test('a Python that is not there: one line, and what to do', async () => {
  const failure = setup(say, join(folder, 'no-python'));
  await expect(failure).rejects.toThrow(BenchError);
  await expect(failure).rejects.toThrow(
    /no-python -I -m venv .* failed \(not found\)\. Install Python 3/,
  );
  expect(existsSync(environment())).toBe(false);
});

test('pip that fails: its own words, in one line, and nothing is left behind', async () => {
  const python = fakePython(
    'pip-fails',
    'echo "Looking around"; echo "ERROR: No matching distribution found for torch==2.13.0" >&2; exit 1',
  );
  const failure = await setup(say, python).catch((error) => error);
  expect(failure).toBeInstanceOf(BenchError);
  expect(failure.message).toMatch(/pip install failed .*No matching distribution found for torch/);
  expect(failure.message).not.toContain('\n');
  expect(existsSync(environment())).toBe(false);
});

test('a set-up that works is taken from then on, and is not made twice', async () => {
  const python = fakePython(
    'works',
    'test "$1" = -c && echo 3.11.7 numpy torch sklearn jax; exit 0',
  );
  await setup(say, python);
  expect(said[1]).toContain(pinned.join(', '));
  expect(pythonCommand()).toBe(join(environment(), 'bin', 'python'));
  said.length = 0;
  await setup(say, join(folder, 'no-python'));
  expect(said).toHaveLength(1);
  process.env.HANDGRAD_PYTHON = 'mine';
  expect(pythonCommand()).toBe('mine');
});

test('what is missing is said in one line', async () => {
  const some = fakePython('some', '');
  writeFileSync(some, '#!/bin/sh\necho 3.12.0 numpy\n');
  const found = await look(some);
  expect(found.version).toBe('3.12.0');
  expect([...found.packages]).toEqual(['numpy']);
  expect(found.complaint).toMatch(/^\S+some has no PyTorch, scikit-learn, JAX: .*--setup/);
  const none = await look(join(folder, 'no-python'));
  expect(none.packages.size).toBe(0);
  expect(none.complaint).toContain('does not run (not found)');
});
