import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { pythonIn } from '../../../scripts/python/environment.js';
import { checkPythonFile } from '../../../src/cli/python/check.js';
import { userCacheDirectory } from '../../../src/files/cache.js';
import { needing } from '../../support/needs.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { python, textOf, write } from './python.js';

/* An autograd Function of PyTorch, against torch.autograd of what its forward computes. */

const bench = pythonIn(join(userCacheDirectory(), 'bench-python'));
const torch = existsSync(bench) ? bench : python;
const isThere = spawnSync(torch, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0;
const folder = temporaryFolder();
const check = (...changes: readonly (readonly [string, string])[]) =>
  checkPythonFile(
    write(join(folder, 'mine.py'), textOf('torch_function.py'), ...changes),
    torch,
    {},
  );

const withTorch = needing('torch', isThere);

withTorch.test('a right one passes', async () => {
  const { passed, checked, parameters } = await check();
  expect(passed).toBe(true);
  expect(parameters.map(({ name }) => name)).toEqual(['dx', 'dw']);
  expect(checked).toMatchObject({ autodiff: 50, differences: 50 }); // x 7 x 5, w 5 x 3
});

const mistakes: readonly (readonly [string, string, readonly string[]])[] = [
  ['(1 - out**2)', '(1 - out)', ['dx', 'dw']],
  ['x.T @ dz', '-(x.T @ dz)', ['dw']],
  ['dz @ w.T', 'grad_output @ w.T', ['dx']],
];
for (const [from, to, wrong] of mistakes) {
  withTorch.test(`${from} -> ${to}`, async () => {
    const { parameters } = await check([from, to]);
    expect(parameters.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual(wrong);
  });
}

withTorch.test('an exception is told with its line', async () => {
  await expect(check(['dz @ w.T', 'dz @ w'])).rejects.toThrow(
    /^mine\.py: TanhLinear\.backward throws: .* \(mine\.py:18\)$/,
  );
});
