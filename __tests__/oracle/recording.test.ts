import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { type Recording, record } from '../../src/oracle/recording.js';
import { useBackend } from '../../src/runtime/backends.js';

beforeEach(async () => {
  await useBackend('float64');
  tf.engine().startScope();
});
afterEach(() => tf.engine().endScope());

interface Engine {
  runKernel(kernel: string, inputs: Record<string, tf.Tensor>): tf.Tensor;
}
const engine = () => tf.engine() as unknown as Engine;
const A = () => tf.tensor2d([1, 2, 3, 4], [2, 2]);

describe('what is written down', () => {
  test('every kernel in its order, with its attributes, and what went in and came out', () => {
    record(({ operations, heldBy }) => {
      const a = A();
      const c = tf.sum(tf.matMul(a, tf.tensor2d([1, 0, 2, 1], [2, 2]), false, true), 0);
      const [product, sum] = operations.filter(({ kernel }) => /^(BatchMatMul|Sum)$/.test(kernel));
      expect(operations.indexOf(product)).toBeLessThan(operations.indexOf(sum));
      expect(product.attrs).toMatchObject({ transposeA: false, transposeB: true });
      expect([...product.inputs.a.values]).toEqual([1, 2, 3, 4]);
      expect(product.inputs.b.shape.slice(-2)).toEqual([2, 2]);
      // [1 2; 3 4] [1 0; 2 1]ᵀ = [1 4; 3 10]
      expect([...product.outputs[0].values]).toEqual([1, 4, 3, 10]);
      expect([...sum.outputs[0].values]).toEqual([4, 14]);
      expect(heldBy(c)).toMatchObject({ shape: [2] });
    });
  });

  test('a value is known by its identity from one operation to the next', () => {
    record(({ operations, heldBy }) => {
      const a = A();
      const held = heldBy(a);
      tf.square(tf.tanh(a));
      expect(operations.map(({ kernel }) => kernel)).toEqual(['Tanh', 'Square']);
      expect(operations[0].inputs.x).toBe(held);
      expect(operations[1].inputs.x).toBe(operations[0].outputs[0]);
      expect(heldBy(a)).toBe(held);
    });
  });

  test('what a kernel runs inside of it is a part of it', () => {
    const kernelFunc = (({ inputs }: { inputs: { x: tf.Tensor } }) =>
      tf.square(tf.neg(inputs.x))) as unknown as tf.KernelFunc;
    tf.registerKernel({ kernelName: 'Composed', backendName: tf.getBackend(), kernelFunc });
    try {
      record(({ operations }) => {
        engine().runKernel('Composed', { x: A() });
        tf.neg(A());
        expect(operations.map(({ kernel }) => kernel)).toEqual(['Composed', 'Neg']);
        expect([...operations[0].outputs[0].values]).toEqual([1, 4, 9, 16]);
      });
    } finally {
      tf.unregisterKernel('Composed', tf.getBackend());
    }
  });

  test('the numbers outlive the tensors', () => {
    const kept = record(({ operations }) => {
      tf.tidy(() => void tf.square(A()));
      return operations;
    });
    expect([...kept[0].inputs.x.values]).toEqual([1, 2, 3, 4]);
    expect([...kept[0].outputs[0].values]).toEqual([1, 4, 9, 16]);
  });
});

test('the places are those of the calls in the user’s file, the innermost first', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'handgrad-'));
  const file = join(folder, 'mine.mjs');
  const source = `const twice = (tf, x) =>
  tf.add(x, x);
export function f(tf, x) {
  const y = twice(tf, x);
  return tf.square(y);
}
`;
  writeFileSync(file, source);
  const { f } = (await import(file)) as { f(t: typeof tf, x: tf.Tensor): tf.Tensor };
  rmSync(folder, { recursive: true });
  const own = ({ operations }: Recording) => {
    f(tf, A());
    return operations.map(({ calls }) =>
      calls.filter((place) => place.file === file).map(({ line, column }) => [line, column]),
    );
  };
  expect(record(own)).toEqual([
    [
      [2, 6],
      [4, 13],
    ],
    [[5, 13]],
  ]);
  expect(source.split('\n')[1].slice(5)).toMatch(/^add\(/);
});

describe('what it leaves behind', () => {
  const isAsBefore = (f: () => void) => {
    const before = engine().runKernel;
    f();
    expect(engine().runKernel).toBe(before);
    expect(Object.hasOwn(engine(), 'runKernel')).toBe(false);
  };

  test('nothing: the engine runs as before, and no tensor is kept', () => {
    const a = A();
    const { numTensors } = tf.memory();
    isAsBefore(() => record(() => tf.dispose(tf.square(a))));
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  test('nothing after a throw', () => {
    const boom = () => {
      tf.square(A());
      throw new RangeError('boom');
    };
    isAsBefore(() => expect(() => record(boom)).toThrow(new RangeError('boom')));
  });

  test('a kernel that throws is not written down, and the next one is', () => {
    record(({ operations }) => {
      expect(() => engine().runKernel('NoSuchKernel', { x: A() })).toThrow('NoSuchKernel');
      tf.square(A());
      expect(operations.map(({ kernel }) => kernel)).toEqual(['Square']);
    });
  });

  test('a recording inside of another leaves that one going', () => {
    record(({ operations }) => {
      record(() => tf.tanh(A()));
      tf.square(A());
      expect(operations.map(({ kernel }) => kernel)).toEqual(['Tanh', 'Square']);
    });
    expect(Object.hasOwn(engine(), 'runKernel')).toBe(false);
  });
});
