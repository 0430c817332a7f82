import { readFileSync } from 'node:fs';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Activation } from '../../src/core/activation.js';
import { leakyRelu, linear, relu, sigmoid, softmax, tanh } from '../../src/core/activations.js';
import { dense } from '../../src/core/layers.js';
import type { Loss } from '../../src/core/loss.js';
import {
  binaryCrossEntropy,
  categoricalCrossEntropy,
  meanSquaredError,
} from '../../src/core/losses.js';
import { type Network, network } from '../../src/core/network.js';
import type { Params } from '../../src/core/tensors.js';
import { type Rows, toTensor } from './matrices.js';

/** Reference numbers, from numpy and PyTorch in float64. */
export const golden = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../goldens/${name}.json`, import.meta.url), 'utf8'));

/** One backward pass in PyTorch; W1, b1, dW1, db1, … stand beside the rest. */
export interface GradientCase {
  layers: number[];
  activations: string[];
  loss: string;
  l2: number;
  m: number;
  X: Rows;
  Y: Rows;
  AL: Rows;
  cost: number;
  [parameter: `${'' | 'd'}${'W' | 'b'}${number}`]: Rows;
}

export const { cases: gradientCases } = golden<{ cases: GradientCase[] }>('gradients');

/** What a failing test calls the case. */
export const title = ({ layers, activations, loss, l2, m }: GradientCase) =>
  `${layers.join('-')} ${activations.join(', ')}, ${loss}, l2 ${l2}, m ${m}`;

/** The names that PyTorch has for them. */
const activations: Record<string, Activation> = {
  sigmoid,
  tanh,
  relu,
  leaky_relu: leakyRelu,
  softmax,
  linear,
};
const losses: Record<string, Loss> = {
  binary_cross_entropy: binaryCrossEntropy,
  categorical_cross_entropy: categoricalCrossEntropy,
  mean_squared_error: meanSquaredError,
};

/** The case as handgrad has it. The caller owns the tensors. */
export function build(golden: GradientCase): {
  network: Network;
  params: Params;
  X: Tensor2D;
  Y: Tensor2D;
} {
  const [nX, ...units] = golden.layers;
  const params: Record<string, Tensor2D> = {};
  units.forEach((_, i) => {
    params[`W${i + 1}`] = toTensor(golden[`W${i + 1}`]);
    params[`b${i + 1}`] = toTensor(golden[`b${i + 1}`]);
  });
  return {
    network: network({
      nX,
      layers: units.map((n, i) => dense(n, activations[golden.activations[i]])),
      loss: losses[golden.loss],
      l2: golden.l2,
    }),
    params,
    X: toTensor(golden.X),
    Y: toTensor(golden.Y),
  };
}
