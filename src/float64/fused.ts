import type { backend_util } from '@tensorflow/tfjs-core';
import type { NdArray } from './array.js';
import { binary, zip } from './binary.js';
import { unary } from './unary.js';

const activations = {
  linear: ({ x }: { x: NdArray }) => x,
  relu: unary.Relu,
  relu6: unary.Relu6,
  elu: unary.Elu,
  sigmoid: unary.Sigmoid,
  leakyrelu: unary.LeakyRelu,
  prelu: binary.Prelu,
};

interface Fused {
  readonly activation: backend_util.Activation;
  readonly leakyreluAlpha?: number;
}

/** g(Z + b): what tfjs's fused products and convolutions make of their result. */
export function activated(
  Z: NdArray,
  { bias, preluActivationWeights }: Readonly<Record<string, NdArray>>,
  { activation, leakyreluAlpha }: Fused,
): NdArray {
  const x = bias ? zip(Z, bias, Z.dtype, (v, w) => v + w) : Z;
  return activations[activation ?? 'linear'](
    { x, alpha: preluActivationWeights },
    { alpha: leakyreluAlpha ?? 0.2 },
  ) as NdArray;
}
