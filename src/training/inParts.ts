import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { Refusal } from '../compiled/step.js';
import { countOf, labelAxisOf, sampleAxisOf } from '../core/inputs.js';
import { sizeOf } from '../core/layer.js';
import { backward, forward, type Network, withTerms } from '../core/network.js';
import { noiseOf } from '../core/noise.js';
import type { Optimizer } from '../core/optimizers.js';
import { trainedOf } from '../core/parameters.js';
import { placesOf } from '../core/places.js';
import { pure } from '../core/pure.js';
import { type Grads, mapEntries, type Params } from '../core/tensors.js';
import { partOf, type Range, type Samples, slicedAlong } from './batches.js';
import type { TrainingState } from './step.js';

/*
 * A step whose samples are cut in parts that do not need each other until their gradients are added: an
 * engine that runs several operations at once works on all parts at the same time.
 */

/** Multiply-adds of the layer with most, from which two parts and the sum of their gradients pay. */
const minWork = 2 ** 22;

/** A layer of fewer units takes as long as one of so many: it reads its inputs. */
const fewUnits = 4;

/** What a layer's weights take at one place, in multiply-adds. */
export const workOf = (weights: number, units: number): number =>
  weights * Math.max(1, fewUnits / units);

/** Whether a step whose largest layer takes so many multiply-adds forward is worth cutting. */
export const paysInParts = (work: number): boolean => work >= minWork;

/** How many parts a step of m samples is cut in, where so many are worked on at once: by shapes alone. */
export const partsFor = (network: Network, m: number, atOnce: number): number =>
  paysInParts(largestWorkOf(network) * m) ? Math.min(atOnce, m) : 1;

/** Multiply-adds of the layer with most on one sample: a weight counts once for each place that it is used at. */
export function largestWorkOf({ layers, input }: Network): number {
  const works = placesOf(layers, input)
    .filter(({ layer }) => !layer.reads) // it looks up rows
    .map(({ parameters, input, output }) => {
      const weights = Object.values(parameters).filter(({ decays }) => decays);
      const size = weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
      const places = Math.max(sizeOf(input.slice(0, -1)), sizeOf(output.slice(0, -1)));
      return workOf(size, output.at(-1)!) * places;
    });
  return Math.max(0, ...works);
}

/**
 * dW = Σ_p m_p/m dW_p over the parts p of the samples, then L1 and L2, and one update. The same as `next` but for
 * rounding. Call inside a `tf.tidy`.
 *
 * @throws Refusal for a layer that takes statistics over the samples
 */
export function nextInParts(
  network: Network,
  optimizer: Optimizer,
  { params, optimizerState }: TrainingState,
  samples: Samples,
  parts: number,
): TrainingState {
  const m = countOf(network, samples.X);
  const sums = Array.from({ length: parts }, (_, p) => {
    const part = partOf(p, m, parts);
    const { X, Y, ...given } = samplesIn(network, samples, part);
    const own = ofShare(network, (part.to - part.from) / m);
    const { caches, updated } = forward(own, params, X, { training: true, ...given });
    if (Object.keys(updated).length > 0) {
      throw new Refusal('A layer takes statistics over the samples, which parts do not see.');
    }
    return backward(own, params, caches, Y);
  });
  const sum = sums.reduce((all, grads) =>
    mapEntries(all, (dW, sum) => [dW, tf.add(sum, grads[dW])]),
  );
  const grads: Grads = withTerms(network, params, sum, m);
  const after = optimizer.update(trainedOf(network, params), grads, optimizerState);
  return { params: { ...params, ...after.params }, optimizerState: after.state };
}

/** L1 and L2 are of the parameters, and not of samples: they are added to the sum. */
export const withoutTerms = (network: Network): Network => ({ ...network, l1: 0, l2: 0 });

/** The network with a share of the loss's gradient alone. */
function ofShare(network: Network, share: number): Network {
  const { loss } = network;
  const shared = <T extends { backward(AL: Tensor, Y: Tensor): Tensor }>(of: T): T => ({
    ...of,
    backward: pure((AL: Tensor, Y: Tensor) => tf.mul(of.backward(AL, Y), share)),
  });
  const fused = loss.fused && shared(loss.fused);
  return { ...withoutTerms(network), loss: { ...shared(loss), ...(fused && { fused }) } };
}

/** The samples of a part, with their draws. Xᵀ has them in rows, one behind the other. */
function samplesIn(network: Network, { X, Y, XT, noise }: Samples, part: Range): Samples {
  const rows = XT && slicedAlong(XT, 0, part); // (m of the part, n_x)
  return {
    X: rows ? tf.transpose(rows) : slicedAlong(X, sampleAxisOf(network), part),
    Y: slicedAlong(Y, labelAxisOf(network), part),
    ...(rows && { XT: rows }),
    ...(noise && { noise: noiseIn(network, noise, part) }),
  };
}

/** The draws of some samples: a column for each in a matrix, else along the first axis. */
export function noiseIn(network: Network, noise: Params, part: Range): Params {
  const shapes = noiseOf(network);
  return mapEntries(noise, (name, U) => [
    name,
    slicedAlong(U, shapes[name].length === 1 ? 1 : 0, part),
  ]);
}
