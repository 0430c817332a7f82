import { describe, expect, test } from '@jest/globals';
import { lookupIn } from '../../src/oracle/source.js';

const source = `const outer = (a, b = a) => tf.matMul(a, b, true);
export function backward(tf, { W }, X, Y) {
  const grads = {};
  const hs = [];
  const dz = tf.mul(X, W);
  hs.push(tf.tanh(dz));
  grads.dW = tf.sum(tf.square(dz), 0);
  const dV = (outer(X, tf.sub(
    Y, dz)));
  const minus = (k) => tf.neg(k); tf.print(dz);
  return { dz, db: tf.mean(dz, [0, 1]) };
}
`;

/** The place of the first piece of the source that starts so. */
const placeOf = (start: string, text = source) => {
  const lines = text.slice(0, text.indexOf(start)).split('\n');
  return { file: 'mine.mjs', line: lines.length, column: lines[lines.length - 1].length + 1 };
};
const lookup = lookupIn((file) => (file === 'mine.mjs' ? source : undefined));
const at = (start: string) => lookup(placeOf(start))!;

describe('what a call is assigned to', () => {
  test('where it is all that is assigned: its target', () => {
    expect(at('mul(X')).toMatchObject({ text: 'tf.mul(X, W)', target: 'dz', line: 5, last: 5 });
    expect(at('sum(').target).toBe('grads.dW');
    expect(at('tanh(').target).toBe('hs');
    expect(at('mean(').target).toBe('db');
    expect(at('outer(X').target).toBe('dV');
  });

  test('where it is a part of that: within', () => {
    for (const [start, within] of [
      ['square(', 'grads.dW'],
      ['sub(', 'dV'],
    ]) {
      expect(at(start).within).toBe(within);
      expect(at(start).target).toBeUndefined();
    }
  });

  test('where nothing is assigned: neither', () => {
    for (const start of ['print(', 'matMul(']) {
      expect(at(start).target).toBeUndefined();
      expect(at(start).within).toBeUndefined();
    }
  });
});

test('what it is called with, as it is written', () => {
  expect(at('mul(X').args).toEqual(['X', 'W']);
  expect(at('mean(').args).toEqual(['dz', '[0, 1]']);
  expect(at('outer(X').args).toEqual(['X', 'tf.sub(\n    Y, dz)']);
});

test('the parameters are those of the function around it: of a helper its own', () => {
  expect(at('mul(X').params).toEqual(['tf', '{ W }', 'X', 'Y']);
  expect(at('matMul(')).toMatchObject({ params: ['a', 'b = a'], isReturned: true });
  expect(at('mul(X').isReturned).toBe(false);
  // What a helper inside of it gives is not assigned where the helper is.
  expect(at('neg(').params).toEqual(['k']);
  expect(at('neg(').target).toBeUndefined();
});

test('what stands around it on its lines', () => {
  expect(at('square(')).toMatchObject({ before: 'grads.dW = tf.sum(', after: ', 0);' });
  expect(at('outer(X')).toMatchObject({ line: 8, last: 9, before: 'const dV = (', after: ');' });
});

test('what the function around it returns by name', () => {
  const { returns } = at('mul(X');
  expect([...returns!.keys()]).toEqual(['dz', 'db']);
  expect(returns!.get('db')).toMatchObject({ line: 11, text: 'tf.mean(dz, [0, 1])' });
  // { dz } is written { dz: … } where something else is put there.
  expect(returns!.get('dz')).toMatchObject({ text: 'dz', before: 'return { dz: ' });
});

describe('files', () => {
  test('a file is read once', () => {
    const read: string[] = [];
    const look = lookupIn((file) => {
      read.push(file);
      return source;
    });
    for (let i = 0; i < 3; i++) look(placeOf('mul(X'));
    expect(read).toEqual(['mine.mjs']);
  });

  test('where there is no file, or no call at the place, there is nothing', () => {
    expect(lookup({ ...placeOf('mul(X'), file: 'other.mjs' })).toBeUndefined();
    expect(lookup({ file: 'mine.mjs', line: 3, column: 1 })).toBeUndefined();
  });

  test('of TypeScript the line is known, and not where the call stands on it', () => {
    const typed = 'const x: number = 1;\n  const dz: Tensor = tf.mul(X, W);\n';
    const found = lookupIn(() => typed)(placeOf('mul(X', typed));
    expect(found).toMatchObject({ isLine: true, line: 2, within: 'dz', args: [], params: [] });
    expect(found!.text).toBe('const dz: Tensor = tf.mul(X, W);');
  });
});
