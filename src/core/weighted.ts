import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from './errors.js';
import { isPureLayer } from './layer.js';
import { type Loss, type LossOfTerms, loss } from './loss.js';
import { assertLoss } from './parts.js';
import { isPure } from './pure.js';

/**
 * With w_i, how much sample i counts:
 *
 * J = 1/m Σ w_i L_i
 * dAL = w ∘ dAL of the loss, dZL = w ∘ (AL - Y) where it is fused with its activation
 *
 * The weights are one row more under the labels, Y (n_y + 1, m), or (2, m) of classes, so that batches
 * and recordings carry them: `tf.concat([Y, w])`. They are finite, and 0 or above. As in Keras the
 * sum is divided by m, not by Σ w: a weight of 2 is the sample twice, with the m of before. A sample
 * of weight 0 is left out of the sum, and counted in m. An accuracy counts each sample once, of labels
 * without the row. For outputs AL (n_y, m) alone.
 *
 * @throws ValueError if the loss does not say its `terms`, or is weighted already; ShapeError, when a
 *   network is made, if its output is no matrix.
 */
export function weighted(of: Loss): Loss {
  assertLoss('weighted: the loss', of);
  const { terms, fused, name } = of;
  if (of.weighs) throw new ValueError('weighted: the loss is weighted already; weigh it once.');
  if (!terms || (fused && !fused.terms)) {
    throw new ValueError(
      `weighted: ${name} does not say its terms; give it ${terms ? 'fused.terms(ZL, Y)' : 'terms(AL, Y)'}, of which J is the mean over the samples.`,
    );
  }
  const made: LossOfTerms = {
    name: 'weighted',
    config: { loss: { kind: name, ...(of.config && { config: of.config }) } },
    takes: of.takes,
    ...(of.labels && { labels: of.labels }),
    weighs: of,
    ...weighing({ terms, backward: of.backward }),
    ...(fused && {
      fused: {
        activation: fused.activation,
        ...weighing({ terms: fused.terms!, backward: fused.backward }),
      },
    }),
  };
  const isKnown = [of, fused].every((one) => !one || (isPureLayer(one) && isPure(one.terms)));
  return loss(made, isKnown);
}

type Weighed = Pick<LossOfTerms, 'terms' | 'backward'>;

/** Both times w, of a Y with the row of w under the labels. */
const weighing = ({ terms, backward }: Weighed): Weighed => ({
  terms: (A, both) => {
    const { Y, w } = labelsAndWeights(A, both);
    return tf.mul(terms(A, Y), w); // (n_y, m) or (1, m)
  },
  backward: (AL, both) => {
    const { Y, w } = labelsAndWeights(AL, both);
    return tf.mul(backward(AL, Y), w); // (n_y, m)
  },
});

function labelsAndWeights(A: Tensor, both: Tensor): { Y: Tensor2D; w: Tensor2D } {
  if (A.rank !== 2) throw notMatrix(A.shape);
  const [rows, m] = both.shape as [number, number];
  return {
    Y: tf.slice(both as Tensor2D, [0, 0], [rows - 1, m]), // (n_y, m)
    w: tf.slice(both as Tensor2D, [rows - 1, 0], [1, m]), // (1, m)
  };
}

const notMatrix = (shape: readonly number[]) =>
  new ShapeError(
    `weighted weighs outputs (n_y, m), and these are (${shape.join(', ')}); end in a layer that gives one vector for each sample.`,
  );
