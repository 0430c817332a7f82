import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { tensor64 } from '../../src/float64/index.js';
import { markPassing, remembered, remembering, remembersResults } from '../../src/float64/memo.js';
import { useBackend } from '../../src/runtime/backends.js';
import { expectFlatMemory } from '../support/memory.js';

const counter = () => {
  let calls = 0;
  return () => ++calls;
};

test('is made once for the same two arrays and attributes, and anew for others', () => {
  const [a, b] = [{}, {}];
  const make = counter();
  remembering(() => {
    expect(remembered(a, b, 'plain', make)).toBe(1);
    expect(remembered(a, b, 'plain', make)).toBe(1);
    expect(remembered(a, b, 'transposed', make)).toBe(2);
    expect(remembered(b, a, 'plain', make)).toBe(3);
  });
});

test('nothing is remembered outside, nor from one time to the next', () => {
  const [a, b] = [{}, {}];
  const make = counter();
  expect([remembered(a, b, '', make), remembered(a, b, '', make)]).toEqual([1, 2]);
  remembering(() => remembered(a, b, '', make));
  expect(remembering(() => remembered(a, b, '', make))).toBe(4);
});

test('products that are remembered are right, freed like others, and outlive each other', async () => {
  await useBackend('float64');
  await expectFlatMemory(() => {
    tf.tidy(() => {
      remembering(() => {
        const A = tensor64([
          [1, 2],
          [3, 4],
        ]) as tf.Tensor2D;
        const B = tensor64([[5], [6]]) as tf.Tensor2D;
        const first = tf.matMul(A, B);
        const second = tf.matMul(A, B);
        first.dispose();
        expect([...second.dataSync()]).toEqual([17, 39]);
        expect([...tf.matMul(B, A, true, true).dataSync()]).toEqual([17, 39]);
        expect([...tf.matMul(B, A, true, false).dataSync()]).toEqual([23, 34]);
      });
    });
  });
});

describe('kernels', () => {
  const x = () => ({ values: Float64Array.of(1, 2), shape: [2], dtype: 'float32' as const });
  /** A kernel that counts how often it runs. */
  const counting = () => {
    let runs = 0;
    const kernel = remembersResults('Counted', ({ x, y }) => {
      runs++;
      return { ...x, values: Float64Array.of(runs, y ? y.values[0] : 0) };
    });
    return { kernel, runs: () => runs };
  };

  test('run once for the same arrays, shapes and attributes', () => {
    const { kernel, runs } = counting();
    const [a, b] = [x(), x()];
    const calls: [Parameters<typeof kernel>[0], object][] = [
      [{ x: a }, {}],
      [{ x: b }, {}],
      [{ x: a, y: b }, {}],
      [{ x: b, y: a }, {}],
      [{ x: { ...a, shape: [2, 1] } }, {}],
      [{ x: a }, { alpha: 1 }],
    ];
    remembering(() => {
      const first = calls.map(([inputs, attrs]) => kernel(inputs, attrs));
      expect(runs()).toBe(calls.length);
      expect(calls.map(([inputs, attrs]) => kernel(inputs, attrs))).toEqual(first);
      expect(runs()).toBe(calls.length);
    });
    kernel({ x: a }, {});
    expect(runs()).toBe(calls.length + 1);
  });

  test('two kernels do not answer for each other', () => {
    const a = x();
    const double = remembersResults('Double', ({ x }) => ({ ...x, values: x.values.map((v) => 2 * v) as Float64Array })); // biome-ignore format: a line
    const negate = remembersResults('Negate', ({ x }) => ({ ...x, values: x.values.map((v) => -v) as Float64Array })); // biome-ignore format: a line
    remembering(() => {
      expect(double({ x: a }, {})).toMatchObject({ values: Float64Array.of(2, 4) });
      expect(negate({ x: a }, {})).toMatchObject({ values: Float64Array.of(-1, -2) });
    });
  });

  test('what passes is computed anew, and so is what comes of it', () => {
    const { kernel, runs } = counting();
    const a = x();
    markPassing(a.values);
    remembering(() => {
      const once = kernel({ x: a }, {}) as typeof a;
      kernel({ x: a }, {});
      expect(runs()).toBe(2);
      kernel({ x: once }, {});
      kernel({ x: once }, {});
      expect(runs()).toBe(4);
    });
  });
});
