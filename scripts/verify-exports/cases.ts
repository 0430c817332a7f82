import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import * as activations from '../../src/core/activations.js';
import { denseLayersOf } from '../../src/core/layers/dense.js';
import { dense } from '../../src/core/layers.js';
import { forward, type Network, network } from '../../src/core/network.js';
import { RandomState } from '../../src/core/random.js';
import { disposeReplaced, matrix, type Params } from '../../src/core/tensors.js';
import { lossFor } from '../../src/export/description.js';
import { loadModel } from '../../src/export/modelFolder.js';
import { useBackend } from '../../src/runtime/backends.js';

/** A network to export, 100 random inputs, and what it must give for them. */
export interface Case {
  readonly name: string;
  readonly network: Network;
  /** By name: W1, b1, …; in float32, as they are exported. */
  readonly weights: Readonly<Record<string, Weight>>;
  readonly m: number;
  /** (n_x, m), row by row. */
  readonly X: Float32Array;
  /** (n_y, m), row by row, in double precision. */
  readonly AL: Float64Array;
}

export interface Weight {
  readonly shape: [number, number];
  readonly values: Float32Array;
}

const m = 100;
const sizes = [6, 5, 4, 3];

/** Every activation in networks of one, two and three layers, and the cat classifier. */
export async function cases(): Promise<Case[]> {
  const random = new RandomState(20);
  const made: Case[] = [];
  for (const activation of Object.values(activations)) {
    for (const L of [1, 2, 3]) {
      const layers = sizes.slice(1, L + 1).map((units) => dense(units, activation));
      const net = network({ nX: sizes[0], layers, loss: lossFor(activation), l2: 0.5 });
      const X = Float32Array.from(random.randn(net.nX * m));
      made.push(await caseOf(`${activation.name}, L = ${L}`, net, draw(net, random), X));
    }
  }
  await useBackend('cpu');
  const cat = await loadModel(fileURLToPath(new URL('../../models/cat', import.meta.url)));
  const X = Float32Array.from(random.rand(cat.network.nX * m)); // as pixels lie
  made.push(await caseOf('models/cat', cat.network, await read(cat.params), X));
  return made;
}

/** The weights as tensors of the backend that runs. The caller owns them. */
export const tensorsOf = (weights: Case['weights']): Params =>
  Object.fromEntries(
    Object.entries(weights).map(([name, { shape, values }]) => [name, matrix(values, shape)]),
  );

/** b too: zeros would not show whether it is used. */
function draw({ nX, layers }: Network, random: RandomState): Case['weights'] {
  const weights: Record<string, Weight> = {};
  const sized = denseLayersOf(layers);
  sized.forEach(({ units }, i) => {
    const nPrev = i === 0 ? nX : sized[i - 1].units;
    const values = (n: number, scale: number) =>
      Float32Array.from(random.randn(n), (value) => value * scale);
    weights[`W${i + 1}`] = {
      shape: [units, nPrev],
      values: values(units * nPrev, 1 / Math.sqrt(nPrev)),
    };
    weights[`b${i + 1}`] = { shape: [units, 1], values: values(units, 1) };
  });
  return weights;
}

/** Takes the parameters over. */
async function read(params: Params): Promise<Case['weights']> {
  const read = Object.entries(params).map(
    async ([name, P]) =>
      [
        name,
        { shape: P.shape as [number, number], values: (await P.data()) as Float32Array },
      ] as const,
  );
  const weights = Object.fromEntries(await Promise.all(read));
  disposeReplaced(params, {});
  return weights;
}

async function caseOf(
  name: string,
  network: Network,
  weights: Case['weights'],
  X: Float32Array,
): Promise<Case> {
  await useBackend('float64');
  const output = tf.tidy(() => forward(network, tensorsOf(weights), matrix(X, [network.nX, m])).AL);
  const AL = Float64Array.from(await output.data());
  output.dispose();
  return { name, network, weights, m, X, AL };
}
