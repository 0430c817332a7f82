import { beforeEach, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { replay } from '../../../../src/oracle/diagnosis/code/program.js';
import { reverse } from '../../../../src/oracle/diagnosis/code/reverse.js';
import { groupsOf } from '../../../../src/oracle/diagnosis/code/scene.js';
import { record } from '../../../../src/oracle/recording.js';
import { scratch } from '../../../../src/oracle/scratch.js';
import { useBackend } from '../../../../src/runtime/backends.js';

beforeEach(() => useBackend('float64'));

/** J = Σ tanh(tanh(X W) W) */
const cost = (X: tf.Tensor2D, W: tf.Tensor2D) => {
  let H = X;
  for (let t = 0; t < 2; t++) H = tf.tanh(tf.matMul(H, W));
  return tf.sum(H).asScalar();
};
const X = () => tf.tensor2d([0.1, -0.4, 0.7, 0.2, 0.5, -0.3], [3, 2]);
const W = () => tf.tensor2d([0.3, -0.6, 0.8, 0.1], [2, 2]);

test('the sweep over a recording gives the gradients of tf.grads', () =>
  scratch(() => {
    const [x, w] = [X(), W()];
    const [dX, dW] = tf.grads((a, b) => cost(a as tf.Tensor2D, b as tf.Tensor2D))([x, w]);
    record(({ operations, heldBy }) => {
      const J = heldBy(cost(x, w));
      const gradients = reverse(operations, J);
      for (const [of, right] of [
        [x, dX],
        [w, dW],
      ]) {
        const made = gradients.get(heldBy(of))!;
        expect(made.shape).toEqual(right.shape);
        right.dataSync().forEach((v, i) => {
          expect(made.values[i]).toBeCloseTo(v, 12);
        });
      }
    });
  }));

test('a loop is a group of its iterations, and what is run again is what was run', () =>
  scratch(() =>
    record(({ operations, heldBy }) => {
      const J = heldBy(cost(X(), W()));
      const loops = groupsOf(operations).filter(({ at }) => at.length === 2);
      expect(loops.map(({ at }) => operations[at[0]].kernel)).toEqual(['BatchMatMul', 'Tanh']);
      const backward = operations.slice();
      const twice = new Map([
        [
          backward.findLastIndex(({ kernel }) => kernel === 'Sum'),
          (
            _i: number,
            inputs: Readonly<Record<string, typeof J>>,
            run: (i: typeof inputs) => typeof J,
          ) => {
            const { values, shape } = inputs.x;
            return run({
              x: {
                values: Float64Array.from(values, (v) => 2 * Number(v)),
                shape,
                dtype: 'float32',
              },
            });
          },
        ],
      ]);
      const again = replay({ backward, returned: { J } }, twice as never);
      expect(again.J.values[0]).toBeCloseTo(2 * Number(J.values[0]), 12);
    }),
  ));
