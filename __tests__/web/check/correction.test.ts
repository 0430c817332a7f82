import { expect, test } from '@jest/globals';
import { applied, changesOf, difference } from '../../../web/check/correction.js';
import { listenTo } from '../../../web/check/printed.js';

const code = `function backward(tf, dout) {
  const db = tf.mean(dout, 0); // (M)
  const dx = tf.mul(
    dout, 2);
  return { db };
}`;

test('a corrected line takes the place of the line, indented as it is', () => {
  const changes = changesOf('line 2: const db = tf.sum(dout, 0); // (M)', code)!;
  expect(changes).toEqual([
    {
      line: 2,
      before: '  const db = tf.mean(dout, 0); // (M)',
      after: '  const db = tf.sum(dout, 0); // (M)',
    },
  ]);
  expect(applied(code, changes).split('\n')).toEqual(
    code.split('\n').map((line) => line.replace('tf.mean(dout, 0)', 'tf.sum(dout, 0)')),
  );
  const { start, end } = difference(changes[0]);
  expect(changes[0].before.slice(start, -end)).toBe('mean');
  expect(changes[0].after.slice(start, -end)).toBe('sum');
});

test('several lines at once', () => {
  const both = 'line 2: const db = tf.sum(dout, 0);\nline 5: return { db, dx };';
  expect(changesOf(both, code)?.map(({ line }) => line)).toEqual([2, 5]);
});

test.each([
  ['none', undefined],
  ['a formula', 'dW2 = 1/m dZ2 A1ᵀ'],
  ['a formula beside a line', 'line 2: const db = tf.sum(dout, 0);\ndb = Σ dout'],
  ['a line that is not there', 'line 99: const db = 1;'],
  ['the line as it is', 'line 2: const db = tf.mean(dout, 0); // (M)'],
  ['a part of a longer statement', 'line 3: dx = tf.mul(dout, 3)'],
  ['without its const', 'line 2: db = tf.sum(dout, 0)'],
  ['the const of another name', 'line 2: const dw = tf.sum(dout, 0);'],
])('%s is not applied', (_, correction) => {
  expect(changesOf(correction, code)).toBeUndefined();
});

test('what is printed: each text once, 50 of them, objects as JSON', () => {
  const heard: string[] = [];
  const console_ = {} as Console;
  listenTo(console_, (text) => heard.push(text));
  console_.log('a', 1, { b: [2] });
  console_.log('a', 1, { b: [2] });
  console_.warn(null, undefined, Float64Array.of(1, 2), new Error('no'));
  expect(heard).toEqual(['a 1 {"b":[2]}', 'null undefined [1, 2] Error: no']);
  for (let i = 0; i < 99; i++) console_.error(i);
  expect(heard).toHaveLength(51);
  expect(heard.at(-1)).toBe('More is printed, which is not shown.');
});
