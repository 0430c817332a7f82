import { expect, test } from '@jest/globals';
import { l1, l2 } from '../../src/core/regularizers.js';
import { onEachBackend } from '../support/backends.js';
import { toRows, toTensor } from '../support/matrices.js';

onEachBackend(() => {
  const W1 = [
    [1, -2],
    [3, 0],
  ];
  const W2 = [[4, 0.5]];

  test('λ/(2m) Σ ‖W‖², over all layers', () => {
    const J = l2.forward([toTensor(W1), toTensor(W2)], 8, 2);
    expect(J.shape).toEqual([]);
    expect(J.dataSync()[0]).toBe(60.5); // 8 / 4 · (1 + 4 + 9 + 16 + 0.25)
  });

  test('λ/m W', () => {
    expect(toRows(l2.backward(toTensor(W1), 8, 2))).toEqual([
      [4, -8],
      [12, 0],
    ]);
  });

  test('λ/m Σ |W|, and λ/m sign(W), 0 at 0', () => {
    const J = l1.forward([toTensor(W1), toTensor(W2)], 8, 2);
    expect(J.shape).toEqual([]);
    expect(J.dataSync()[0]).toBe(42); // 8 / 2 · (1 + 2 + 3 + 4 + 0.5)
    expect(toRows(l1.backward(toTensor(W1), 8, 2))).toEqual([
      [4, -4],
      [4, 0],
    ]);
  });
});
