import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { near } from '../diagnosis/near.js';
import type { Tensors } from '../subject.js';
import type { PointAnswer } from './answers.js';
import { parameterOf } from './recorded.js';

/**
 * The course's layers take dZ of each sample's own loss, and put the mean's 1/m into the parameters:
 * dW = 1/m dZ A_prevᵀ beside dA_prev = Wᵀ dZ. That is no product of dZ with one Jacobian, and yet right.
 * It is recognised by the numbers: samples in columns, a parameter's gradient that is 1/m of the
 * product, and none that is the product itself.
 *
 * @returns m and the parameters, or undefined where the gradients follow the plain convention.
 */
export function perSample(
  params: Tensors,
  hand: Tensors,
  autodiff: Tensors | undefined,
  answer: PointAnswer,
): { readonly m: number; readonly parameters: readonly string[] } | undefined {
  const columns = Object.values(answer.outputs).map((shape) => shape.at(-1) ?? 1);
  const [m] = columns;
  if (answer.kind !== 'layer' || !autodiff || m < 2 || columns.some((n) => n !== m))
    return undefined;
  const names = answer.leaves.map((leaf) => parameterOf(leaf, answer));
  const parameters = names.filter((name) => params[name].shape.at(-1) !== m);
  const samples = names.length - parameters.length;
  if (samples === 0) return undefined;
  const fits = (name: string, scale: number) => {
    const [own, right] = [hand[`d${name}`], autodiff[`d${name}`]];
    return own && right && near(own, tf.mul(right, scale) as Tensor);
  };
  if (parameters.some((name) => fits(name, 1))) return undefined;
  return parameters.some((name) => fits(name, 1 / m)) ? { m, parameters } : undefined;
}
