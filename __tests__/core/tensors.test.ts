import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../src/core/errors.js';
import { disposeReplaced, matrix, scalar } from '../../src/core/tensors.js';
import { asHeldOn, onEachBackend } from '../support/backends.js';
import { expectFlatMemory } from '../support/memory.js';

onEachBackend((backend) => {
  test('matrix takes its values row by row', () => {
    const M = matrix([1, 2, 3, 4, 5, 6], [2, 3]);
    expect(M.shape).toEqual([2, 3]);
    expect(M.dtype).toBe('float32');
    expect([...M.dataSync()]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...tf.slice(M, [1, 0], [1, 1]).dataSync()]).toEqual([4]);
  });

  test('matrix copies what it is given', () => {
    const values = new Float32Array([1, 2]);
    const M = matrix(values, [2, 1]);
    values.fill(9);
    expect([...M.dataSync()]).toEqual([1, 2]);
  });

  test('scalar has no shape', () => {
    const s = scalar(0.0075);
    expect(s.shape).toEqual([]);
    expect(s.dtype).toBe('float32');
    expect(s.dataSync()[0]).toBe(asHeldOn(backend)(0.0075));
  });

  test('both are freed as other tensors are', () =>
    expectFlatMemory(() => {
      matrix([1], [1, 1]).dispose();
      scalar(1).dispose();
      tf.tidy(() => {
        tf.add(matrix([1], [1, 1]), scalar(1));
      });
    }));

  test('a count of values that does not fit the shape is refused', () => {
    expect(() => matrix([1, 2, 3], [2, 2])).toThrow(ShapeError);
  });

  test('disposeReplaced frees what does not live on', () => {
    const [W, b, newW] = [scalar(1), scalar(2), scalar(3)] as unknown as tf.Tensor2D[];
    disposeReplaced({ W, b }, { W: newW, b });
    expect([W, b, newW].map(({ isDisposed }) => isDisposed)).toEqual([true, false, false]);
    disposeReplaced({ W: newW, b }, {});
    expect(b.isDisposed && newW.isDisposed).toBe(true);
  });
});
