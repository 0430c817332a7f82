import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/*
 * Gradients that TensorFlow.js lacks or has wrong, and that forward passes as people write them need.
 * tfjs's maximum, minimum and squaredDifference forget to sum over what was broadcast, so that
 * tf.maximum(0, Z) throws; comparisons have no gradient at all, though theirs is zero.
 */

type Pair = { a: () => Tensor; b: () => Tensor };
type PairGradient = (dy: Tensor, a: Tensor, b: Tensor) => Pair;

const gradients: Readonly<Record<string, PairGradient>> = {
  Maximum: (dy, a, b) => ({
    a: () => summedTo(a, where(tf.greaterEqual(a, b), dy)),
    b: () => summedTo(b, where(tf.less(a, b), dy)),
  }),
  Minimum: (dy, a, b) => ({
    a: () => summedTo(a, where(tf.lessEqual(a, b), dy)),
    b: () => summedTo(b, where(tf.greater(a, b), dy)),
  }),
  SquaredDifference: (dy, a, b) => {
    const slope = tf.mul(dy, tf.mul(2, tf.sub(a, b)));
    return { a: () => summedTo(a, slope), b: () => summedTo(b, tf.neg(slope)) };
  },
};

const comparisons = ['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual'];
const nowhere: PairGradient = (_, a, b) => ({
  a: () => tf.zerosLike(a),
  b: () => tf.zerosLike(b),
});

/** Registers them over tfjs's own, which must have been registered before. */
export function mendGradients(): void {
  for (const [name, gradient] of Object.entries(gradients)) replace(name, gradient);
  for (const name of comparisons) replace(name, nowhere);
}

function replace(kernelName: string, gradient: PairGradient): void {
  if (tf.getGradient(kernelName)) tf.unregisterGradient(kernelName);
  tf.registerGradient({
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => gradient(dy as Tensor, a, b),
  });
}

const where = (chosen: Tensor, dy: Tensor) => tf.mul(dy, tf.cast(chosen, 'float32'));

/** The gradient of a broadcast: the sum over the axes that it stretched. */
function summedTo({ shape }: Tensor, gradient: Tensor): Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, gradient.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(gradient, axes) : gradient, shape);
}
