import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { mendLayerGradients, summedTo } from './layerGradients.js';
import { mendTies } from './ties.js';

/*
 * Gradients that TensorFlow.js lacks or has wrong, and that forward passes as people write them need.
 * tfjs's maximum, minimum and squaredDifference forget to sum over what was broadcast, so that
 * tf.maximum(0, Z) throws; comparisons have no gradient at all, though theirs is zero.
 */

type Pair = { a: () => Tensor; b: () => Tensor };
type PairGradient = (dy: Tensor, a: Tensor, b: Tensor) => Pair;

const gradients: Readonly<Record<string, PairGradient>> = {
  Maximum: (dy, a, b) => toChosen(dy, a, b, tf.greater(a, b)),
  Minimum: (dy, a, b) => toChosen(dy, a, b, tf.less(a, b)),
  SquaredDifference: (dy, a, b) => {
    const slope = tf.mul(dy, tf.mul(2, tf.sub(a, b)));
    return { a: () => summedTo(a, slope), b: () => summedTo(b, tf.neg(slope)) };
  },
};

/**
 * To the operand that was chosen. Where both are equal to the smaller one, as a rule a constant: so
 * maximum(0, Z) and maximum(Z, 0) both have relu'(0) = 0.
 */
function toChosen(dy: Tensor, a: Tensor, b: Tensor, aIsChosen: Tensor): Pair {
  const ofA = a.size > b.size ? aIsChosen : tf.logicalOr(aIsChosen, tf.equal(a, b));
  return {
    a: () => summedTo(a, where(ofA, dy)),
    b: () => summedTo(b, where(tf.logicalNot(ofA), dy)),
  };
}

const comparisons = [
  'Equal',
  'NotEqual',
  'Greater',
  'GreaterEqual',
  'Less',
  'LessEqual',
  'LogicalAnd',
  'LogicalOr',
];
const nowhere: PairGradient = (_, a, b) => ({
  // In float32 whatever the operands are: the engine takes no other gradient.
  a: () => tf.zeros(a.shape),
  b: () => tf.zeros(b.shape),
});

/** Registers them over tfjs's own, which must have been registered before. */
export function mendGradients(): void {
  for (const [name, gradient] of Object.entries(gradients)) replace(name, gradient);
  for (const name of comparisons) replace(name, nowhere);
  tf.registerGradient({
    kernelName: 'LogicalNot',
    inputsToSave: ['x'],
    gradFunc: (_, [x]) => ({ x: () => tf.zeros(x.shape) }),
  });
  mendIndices('GatherV2');
  mendLayerGradients();
  // tfjs has -1 for |x| at 0.
  if (tf.getGradient('Abs')) tf.unregisterGradient('Abs');
  tf.registerGradient({
    kernelName: 'Abs',
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({ x: () => tf.mul(dy as Tensor, tf.sign(x)) }),
  });
  mendTies();
}

/** tfjs gives the indices themselves for their gradient, which are no float32, and throws. */
function mendIndices(kernelName: string): void {
  const config = tf.getGradient(kernelName);
  if (!config) return;
  tf.unregisterGradient(kernelName);
  tf.registerGradient({
    ...config,
    gradFunc: (dy, saved, attrs) => ({
      ...config.gradFunc(dy, saved, attrs),
      indices: () => tf.zeros(saved[1].shape),
    }),
  });
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
