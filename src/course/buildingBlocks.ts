import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../core/activation.js';
import { relu, sigmoid } from '../core/activations.js';
import { ShapeError, ValueError } from '../core/errors.js';
import { type Initializer, normal } from '../core/initializers.js';
import { dense } from '../core/layers.js';
import * as linear from '../core/linear.js';
import { binaryCrossEntropy, meanSquaredError } from '../core/losses.js';
import { initialize, network } from '../core/network.js';
import { gradientDescent } from '../core/optimizers.js';
import type { RandomState } from '../core/random.js';
import type { Grads, Params } from '../core/tensors.js';

/*
 * A network of L layers, relu with a sigmoid output, in the steps and under the names of the notes.
 * X (n_x, m) and Y (1, m) have samples as columns; parameters are { W1, b1, …, WL, bL } with
 * W (n_l, n_prev) and b (n_l, 1). The caller owns the results and keeps ownership of the tensors that a
 * cache refers to, so call these functions inside `tf.tidy`. Source: note 000, the deep network step by
 * step; Course 1, week 4. Models train with the faster step in training/, which gives the same numbers.
 */

/** The cache of the linear step: its inputs (A_prev, W, b). */
export type LinearCache = [APrev: Tensor2D, W: Tensor2D, b: Tensor2D];

/** The cache of a layer: ((A_prev, W, b), Z). */
export type LayerCache = [linear: LinearCache, activation: Tensor2D];

/**
 * W[l] = randn(n_l, n_prev) times a scale, b[l] = 0, drawn layer by layer.
 *
 * The scale comes from the initializer: 0.01 in note 000. For the deep cat model the course uses
 * 1/√n_prev, the initializer `course`, because with 0.01 the signal vanishes before the last layer.
 *
 * @throws ValueError unless layerDims are n_x, n_1, …, n_L, positive integers.
 */
export function initializeParametersDeep(
  layerDims: readonly number[],
  random: RandomState,
  initializer: Initializer = normal(0.01),
): Params {
  const [nX, ...units] = layerDims;
  const layers = units.map((n) => dense(n, relu, initializer));
  return initialize(network({ nX, layers, loss: meanSquaredError }), random);
}

/** Z = W A_prev + b (n_l, m), and the cache (A_prev, W, b). @throws ShapeError */
export function linearForward(
  APrev: Tensor2D,
  W: Tensor2D,
  b: Tensor2D,
): { Z: Tensor2D; cache: LinearCache } {
  const Z = tf.tidy(() => linear.linearForward(APrev, W, b)); // (n_l, m)
  return { Z, cache: [APrev, W, b] };
}

/** A = g(W A_prev + b) (n_l, m), and the cache ((A_prev, W, b), Z). @throws ShapeError */
export function linearActivationForward(
  APrev: Tensor2D,
  W: Tensor2D,
  b: Tensor2D,
  activation: Activation,
): { A: Tensor2D; cache: LayerCache } {
  const { Z, cache } = linearForward(APrev, W, b); // (n_l, m)
  const A = tf.tidy(() => activation.forward(Z) as Tensor2D); // (n_l, m)
  return { A, cache: [cache, Z] };
}

/**
 * A[l] = relu(W[l] A[l-1] + b[l]) for l = 1 … L - 1, and A[L] = σ(W[L] A[L-1] + b[L]) (1, m)
 *
 * @throws ShapeError if parameters are missing or do not fit X.
 */
export function LModelForward(
  X: Tensor2D,
  parameters: Params,
): { AL: Tensor2D; caches: LayerCache[] } {
  const L = numberOfLayers(parameters);
  return tf.tidy(() => {
    const caches: LayerCache[] = [];
    let A = X; // (n_x, m)
    for (let l = 1; l <= L; l++) {
      const [W, b] = [parameters[`W${l}`], parameters[`b${l}`]] as [Tensor2D, Tensor2D];
      const layer = linearActivationForward(A, W, b, l < L ? relu : sigmoid);
      caches.push(layer.cache);
      A = layer.A; // (n_l, m)
    }
    return { AL: A, caches };
  });
}

/**
 * J = -1/m Σ (Y log AL + (1 - Y) log(1 - AL))
 *
 * Computed from AL as in the notes: NaN if an AL rounds to 0 or 1. Training computes J from ZL.
 *
 * @throws ShapeError unless AL and Y have the same shape.
 */
export function computeCost(AL: Tensor2D, Y: Tensor2D): Scalar {
  assertSameShape('AL', AL, 'Y', Y);
  return tf.tidy(() => binaryCrossEntropy.forward(AL, Y));
}

/**
 * dW = 1/m dZ A_prevᵀ (n_l, n_prev), db = 1/m Σ dZ (n_l, 1), dA_prev = Wᵀ dZ (n_prev, m)
 *
 * db stays a column; the note squeezes it to (n_l), and b - db would broadcast to (n_l, n_l).
 *
 * @throws ShapeError unless dZ is (n_l, m).
 */
export function linearBackward(
  dZ: Tensor2D,
  [APrev, W, b]: LinearCache,
): { dAPrev: Tensor2D; dW: Tensor2D; db: Tensor2D } {
  const [n, m] = [b.shape[0], APrev.shape[1]];
  if (dZ.shape[0] !== n || dZ.shape[1] !== m) {
    throw new ShapeError(
      `linearBackward: dZ is (${dZ.shape.join(', ')}), expected (${n}, ${m}) as Z. Is it the cache of another layer?`,
    );
  }
  return tf.tidy(() => {
    const { dW, db, dAPrev } = linear.linearBackward(dZ, APrev, W);
    return { dAPrev: dAPrev(), dW, db };
  });
}

/** dZ = dA ∘ g′(Z) (n_l, m), followed by `linearBackward`. @throws ShapeError */
export function linearActivationBackward(
  dA: Tensor2D,
  [linearCache, Z]: LayerCache,
  activation: Activation,
): { dAPrev: Tensor2D; dW: Tensor2D; db: Tensor2D } {
  assertSameShape('dA', dA, 'Z', Z);
  return tf.tidy(() => {
    const dZ = activation.backward(dA, { Z, A: activation.forward(Z) }); // (n_l, m)
    return linearBackward(dZ as Tensor2D, linearCache);
  });
}

/**
 * dA[L] = -(Y/AL - (1 - Y)/(1 - AL)), then backward through the sigmoid and the relu layers
 *
 * Returns dW[l], db[l] and dA[l-1] by name, { dA0, dW1, db1, dA1, dW2, db2, … }.
 *
 * @throws ShapeError unless Y (1, m) fits AL.
 */
export function LModelBackward(AL: Tensor2D, Y: Tensor2D, caches: readonly LayerCache[]): Grads {
  assertSameShape('AL', AL, 'Y', Y);
  return tf.tidy(() => {
    const L = caches.length;
    const grads: Record<string, Tensor2D> = {};
    let dA = binaryCrossEntropy.backward(AL, Y) as Tensor2D; // (1, m)
    for (let l = L; l >= 1; l--) {
      const activation = l < L ? relu : sigmoid;
      const { dAPrev, dW, db } = linearActivationBackward(dA, caches[l - 1], activation);
      grads[`dA${l - 1}`] = dAPrev; // (n_{l-1}, m)
      grads[`dW${l}`] = dW; // (n_l, n_{l-1})
      grads[`db${l}`] = db; // (n_l, 1)
      dA = dAPrev; // (n_{l-1}, m)
    }
    return grads;
  });
}

/**
 * W[l] := W[l] - α dW[l], b[l] := b[l] - α db[l]. Returns new tensors and leaves the old ones unchanged.
 *
 * @throws ShapeError if a gradient is missing or does not have its parameter's shape; ValueError unless
 *   the learning rate α is positive.
 */
export function updateParameters(parameters: Params, grads: Grads, learningRate: number): Params {
  for (const [name, P] of Object.entries(parameters)) {
    if (grads[`d${name}`]) assertSameShape(`d${name}`, grads[`d${name}`], name, P);
  }
  const { update } = gradientDescent({ learningRate });
  return tf.tidy(() => update(parameters, grads, {}).params);
}

function numberOfLayers(parameters: Params): number {
  const names = Object.keys(parameters);
  const L = names.length / 2;
  if (L === 0) throw new ValueError('There are no parameters; give { W1, b1, … }.');
  for (let l = 1; l <= L; l++) {
    if (parameters[`W${l}`] && parameters[`b${l}`]) continue;
    throw new ShapeError(
      `The parameters are ${names.join(', ')}: W${l} or b${l} is missing. Give W1, b1, W2, b2, … without a gap.`,
    );
  }
  return L;
}

function assertSameShape(nameA: string, A: tf.Tensor, nameB: string, B: tf.Tensor): void {
  if (String(A.shape) === String(B.shape)) return;
  throw new ShapeError(
    `${nameA} is (${A.shape.join(', ')}) but ${nameB} is (${B.shape.join(', ')}); the two have the same shape, samples in columns.`,
  );
}
