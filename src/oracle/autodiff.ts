import type { Scalar, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Grads, Params } from '../core/tensors.js';
import { freeTape } from './tape.js';

/**
 * dJ/dP of every parameter P by `tf.variableGrads`: { dW1, db1, … } in the shapes of the parameters.
 * `costOf` gives the cost J of the parameters; 1/m is in J, so what comes back compares with dW and
 * db as they are. A parameter that the cost does not reach is left out. The caller owns the result.
 */
export function autodiff(costOf: (params: Params) => Scalar, params: Params): Grads {
  const names = Object.keys(params);
  const variables = names.map((name) => tf.variable(params[name]) as Variable);
  try {
    return tf.tidy(() => {
      const asMatrices = variables as unknown as Tensor2D[];
      const named = Object.fromEntries(names.map((name, i) => [name, asMatrices[i]]));
      // Without the list every variable of the engine would be differentiated.
      const { grads } = tf.variableGrads(() => costOf(named), variables);
      const reached = names.flatMap((name, i) => {
        const grad = grads[variables[i].name];
        return grad ? [[`d${name}`, grad as Tensor2D]] : [];
      });
      return Object.fromEntries(reached);
    });
  } catch (error) {
    freeTape();
    if (reachesNothing(error)) return {};
    throw error;
  } finally {
    for (const variable of variables) variable.dispose();
  }
}

const reachesNothing = (error: unknown) =>
  /Cannot (find a connection|compute gradient of y=f\(x\))/.test(String((error as Error).message));
