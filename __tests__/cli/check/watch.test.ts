import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { textsOf } from '../../../src/cli/check/imports.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { handgrad, oneLine, stackLines } from '../handgrad.js';

const folder = temporaryFolder();
const write = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

/** y = w x, whose gradients are dx = w dy and dw = Σ x dy. */
const layer = (dw: string) => `
import { product } from './product.mjs';
export const shapes = { x: ['N', 'D'], w: ['D'] };
export const forward = (tf, x, w) => ({ y: product(tf, w, x), cache: { x, w } });
export const backward = (tf, dy, { x, w }) => ({ dx: product(tf, w, dy), dw: ${dw} });
`;
const right = 'tf.sum(tf.mul(x, dy), 0)';
const product = (a: string) => `export const product = (tf, a, b) => tf.mul(${a}, b);\n`;

test('checks on each save of the file and of its import, until Ctrl-C', async () => {
  const file = write('watched.mjs', layer('tf.mean(tf.mul(x, dy), 0)'));
  write('product.mjs', product('a'));
  const steps = [
    () => write('watched.mjs', layer(right)),
    () => write('product.mjs', product('tf.add(a, 1)')), // dw stays right, since x does not change
    () => write('watched.mjs', 'export const forward = ('),
  ];
  let seen = 0;
  const ended = await handgrad(['check', file, '--watch'], {
    onStderr: (stderr, child) => {
      const checks = stderr.split('Ctrl-C ends.').length - 1;
      while (seen < checks) {
        const step = steps[seen++];
        if (step) step();
        else child.kill('SIGINT');
      }
    },
  });
  expect(ended.code).toBe(130);
  expect(stackLines(ended)).toEqual([]);
  expect(ended.stdout.match(/^(RIGHT|WRONG).*$/gm)).toEqual([
    'WRONG: dw (1 of 2 gradients).',
    'RIGHT: all 2 gradients agree with autodiff and central differences.',
    'RIGHT: all 2 gradients agree with autodiff and central differences.',
  ]);
  expect(ended.stderr).toMatch(
    /^\d\d:\d\d:\d\d {2}Watching watched\.mjs and its import; Ctrl-C ends\.$/m,
  );
  expect(ended.stderr).toMatch(/watched\.mjs cannot be loaded: .*\(.*watched\.mjs:1\)/);
  expect(ended.stderr).toMatch(/Stopped watching watched\.mjs\.\n$/);
}, 60_000);

test('without a file there is nothing to watch', async () => {
  expect(oneLine(await handgrad(['check', '--watch']))).toMatch(/^--watch watches a file\./);
});

test('what a file imports: files, with and without their ending, and what these import', () => {
  write('deep.ts', 'export const a = 1;');
  write('middle.ts', "export { a } from './deep.js';\nimport tf from '@tensorflow/tfjs';");
  const top = write('top.mjs', "import { a } from './middle.js';\nimport './gone.mjs';");
  const names = (path: string) => [...textsOf(path).keys()].map((one) => one.split(/[\\/]/).at(-1));
  expect(names(top)).toEqual(['top.mjs', 'middle.ts', 'deep.ts']);
  write('layers.py', 'import numpy as np\n');
  expect(names(write('model.py', 'from layers import affine\nimport numpy as np\n'))).toEqual([
    'model.py',
    'layers.py',
  ]);
});
