import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { handgrad, oneLine } from '../handgrad.js';

const folder = join(temporaryFolder(), 'submissions');
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

/** y = w x */
const scale = (dw: string, more = '') => `${more}
export const forward = (tf, x, w) => ({ y: tf.mul(x, w), cache: { x, w } });
export const backward = (tf, dy, { x, w }) => ({ dx: tf.mul(dy, w), dw: ${dw} });
`;
const right = 'tf.sum(tf.mul(x, dy), 0)';
const shapes = "export const shapes = { x: ['N', 'D'], w: ['D'] };";

beforeAll(() => {
  mkdirSync(folder);
  write('reference.mjs', scale(right, shapes));
  write('right.mjs', scale(right));
  write(
    'twice.mjs',
    scale(`tf.mul(2, ${right})`)
      .replace('tf.mul(x, w)', 'tf.mul(x, tf.mul(2, w))')
      .replace('tf.mul(dy, w)', 'tf.mul(dy, tf.mul(2, w))'),
  );
  write('wrong.mjs', scale('tf.mean(tf.mul(x, dy), 0)'));
  write('lacks.mjs', scale(right).replace('backward', 'back'));
});

test('grades by the reference, which is no row of its own', async () => {
  const args = ['grade', folder, '--reference', join(folder, 'reference.mjs'), '--json'];
  const { code, stdout } = await handgrad(args);
  expect(code).toBe(0);
  const rows = JSON.parse(stdout);
  expect(
    rows.map(({ file, passed, right, gradients, differs }: Record<string, unknown>) => [
      file,
      passed,
      right,
      gradients,
      differs,
    ]),
  ).toEqual([
    ['lacks.mjs', false, null, null, undefined],
    ['right.mjs', true, 2, 2, null],
    [
      'twice.mjs',
      false,
      2,
      2,
      'The output is not that of the reference. dx is 2 times that of the reference. dw is 2 times that of the reference.',
    ],
    ['wrong.mjs', false, 1, 2, 'dw is 0.142857 times that of the reference.'],
  ]);
  expect(rows[0].cause).toMatch(
    /^It exports no function backward, as the reference does\. Its text is that of right\.mjs/,
  );
  expect(rows[2].cause).toMatch(/^Right by calculus, but of another function: /);
}, 60_000);

test('a reference that cannot be checked', async () => {
  const gone = await handgrad(['grade', folder, '--reference', join(folder, 'gone.mjs')]);
  expect(oneLine(gone)).toMatch(/^There is no file .*gone\.mjs, which --reference names\.$/);
  const lacks = await handgrad(['grade', folder, '--reference', join(folder, 'lacks.mjs')]);
  expect(oneLine(lacks)).toMatch(
    /^The reference cannot be checked\. lacks\.mjs exports no function backward\./,
  );
}, 30_000);
