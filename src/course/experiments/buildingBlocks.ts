import * as tf from '@tensorflow/tfjs-core';
import { course } from '../../core/initializers.js';
import { RandomState } from '../../core/random.js';
import { matrix, type Params } from '../../core/tensors.js';
import { checkGradients } from '../../oracle/checkGradients.js';
import * as report from '../blocks.js';
import {
  computeCost,
  initializeParametersDeep,
  type LayerCache,
  LModelBackward,
  LModelForward,
  updateParameters,
} from '../buildingBlocks.js';
import type { Experiment } from '../experiment.js';

const layerDims = [5, 4, 3, 1];
const m = 10;

export const buildingBlocks: Experiment = {
  name: 'building-blocks',
  note: '000',
  title: 'A deep network step by step, and its proof',
  text: [
    `The pieces of which the deep models are made, on a ${layerDims.join('-')} network and ${m} samples: forward, cost, backward, update. The oracle holds every dW and db against automatic differentiation and against differences of the cost, in double precision.`,
  ],
  equations: [
    String.raw`dZ^{[l]} = dA^{[l]} \circ g'(Z^{[l]}), \quad dW^{[l]} = \frac{1}{m} dZ^{[l]} A^{[l-1]\top}, \quad db^{[l]} = \frac{1}{m} \sum_i dZ^{[l](i)}, \quad dA^{[l-1]} = W^{[l]\top} dZ^{[l]}`,
    String.raw`W^{[l]} := W^{[l]} - \alpha \, dW^{[l]}, \quad b^{[l]} := b^{[l]} - \alpha \, db^{[l]}`,
  ],
  code: [
    {
      file: 'course/buildingBlocks.ts',
      names: [
        'initializeParametersDeep',
        'linearForward',
        'linearActivationForward',
        'LModelForward',
        'computeCost',
        'linearBackward',
        'linearActivationBackward',
        'LModelBackward',
        'updateParameters',
      ],
    },
  ],
  run: async () => {
    const random = new RandomState(2);
    const X = matrix(random.randn(layerDims[0] * m), [layerDims[0], m]);
    const Y = matrix(random.randint(0, 2, m), [1, m]);
    const parameters = initializeParametersDeep(layerDims, new RandomState(3), course);
    const checked = await checkGradients({
      params: parameters,
      X,
      Y,
      forward: (_, params, X) => {
        const { AL, caches } = LModelForward(X as tf.Tensor2D, params as Params);
        return { cost: computeCost(AL, Y), cache: { AL, caches } };
      },
      backward: (_, params, __, Y, cache) => {
        const { AL, caches } = cache as { AL: tf.Tensor2D; caches: LayerCache[] };
        const grads = LModelBackward(AL, Y as tf.Tensor2D, caches);
        // The oracle asks for the gradients of the parameters; dA0, dA1, … are the way to them.
        return Object.fromEntries(
          Object.keys(params).map((name) => [`d${name}`, grads[`d${name}`]]),
        );
      },
    });
    const costs = threeSteps(X, Y, parameters);
    tf.dispose([X, Y]);
    const wrong = checked.parameters.filter(({ passed }) => !passed).length;
    return {
      found: {
        costs,
        gradientsChecked: checked.parameters.length,
        gradientsWrong: wrong,
        costFalls: Number(costs[0] > costs[1] && costs[1] > costs[2]),
      },
      expected: {
        gradientsChecked: { value: 2 * (layerDims.length - 1), within: 0 },
        gradientsWrong: { value: 0, within: 0 },
        costFalls: { value: 1, within: 0 },
      },
      blocks: [
        report.table({
          caption: 'The oracle on the backward pass above: largest relative errors',
          columns: ['gradient', 'shape', 'hand to autodiff', 'hand to differences'],
          rows: checked.parameters.map((p) => [
            p.name,
            `(${p.shape.join(', ')})`,
            errorOf(p.comparisons.handToAutodiff),
            errorOf(p.comparisons.handToDifferences),
          ]),
          numeric: [false, false, true, true],
        }),
      ],
    };
  },
};

const errorOf = (error: number | undefined) => error?.toExponential(1) ?? '';

/** The cost before each of three steps of gradient descent by the blocks. Frees the parameters. */
function threeSteps(X: tf.Tensor2D, Y: tf.Tensor2D, parameters: Params): number[] {
  const costs: number[] = [];
  let now = parameters;
  for (let i = 0; i < 3; i++) {
    const { cost, next } = tf.tidy(() => {
      const { AL, caches } = LModelForward(X, now);
      const grads = LModelBackward(AL, Y, caches);
      return { cost: computeCost(AL, Y), next: updateParameters(now, grads, 0.1) };
    });
    costs.push(cost.dataSync()[0]);
    cost.dispose();
    tf.dispose({ ...now });
    now = next;
  }
  tf.dispose({ ...now });
  return costs;
}
