import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../../../core/activation.js';
import * as activations from '../../../core/activations.js';
import { tensor64 } from '../../../float64/tensor64.js';
import type { Point, Tensors } from '../../subject.js';
import type { Step } from '../../tape.js';
import { near } from '../near.js';

/** A dense layer as it was found in somebody's forward pass, with the oracle's own gradients. */
export interface RecognizedLayer {
  /** What the names of its matrices end in: 1 for Z1 and A1, nothing where W and b are unnumbered. */
  readonly label: string;
  /** The name of A_prev: X, A1, … */
  readonly previous: string;
  /** The names of its parameters. */
  readonly names: { readonly W: string; readonly b: string | undefined };
  readonly W: Tensor2D; // (n_l, n_prev)
  /** Whether the parameter itself is (n_prev, n_l), as the course's w of Z = wᵀX + b. */
  readonly transposed: boolean;
  /** Absent where the layer has none. */
  readonly b: Tensor | undefined; // (n_l, 1) as a rule
  readonly APrev: Tensor2D; // (n_prev, m)
  readonly Z: Tensor2D; // (n_l, m)
  readonly A: Tensor2D; // (n_l, m)
  readonly activation: Activation;
  /** Dropout: what A is multiplied by before the next layer sees it. */
  readonly mask: Tensor2D | undefined; // (n_l, m)
  /** m dJ/dZ, per sample. */
  readonly dZ: Tensor2D; // (n_l, m)
  /** λ/m, where the cost holds λ/(2m) ‖W‖². */
  readonly decay: number;
}

export interface RecognizedNetwork {
  readonly layers: readonly RecognizedLayer[];
  readonly X: Tensor2D; // (n_x, m)
  readonly Y: Tensor2D; // (n_y, m)
  readonly m: number;
}

/**
 * Finds the layers Z = W A_prev + b, A = g(Z) in what a forward pass has computed, by their numbers:
 * whatever operations and names it was written with. Undefined where it is no such network.
 *
 * To be called in a `tf.tidy`, which owns what is made here.
 */
export function recognize(
  { params, X, Y }: Point,
  grads: Tensors,
  steps: readonly Step[],
): RecognizedNetwork | undefined {
  const pairs = layerParameters(params);
  if (!pairs || X.rank !== 2 || Y.rank !== 2) return undefined;
  const m = X.shape[1] as number;
  const layers: RecognizedLayer[] = [];
  let APrev = X as Tensor2D; // A[0]

  for (const [i, names] of pairs.entries()) {
    const parameter = params[names.W] as Tensor2D;
    const transposed = parameter.shape[1] !== APrev.shape[0];
    const W = transposed ? (tf.transpose(parameter) as Tensor2D) : parameter;
    const dropout = i === 0 ? undefined : layers[i - 1];
    const found = findLinear(W, names.b ? params[names.b] : undefined, APrev, steps, dropout);
    if (!found) return undefined;
    const { Z, dJ, mask } = found;
    if (dropout) layers[i - 1] = { ...dropout, mask };
    APrev = found.APrev;
    const last = i === pairs.length - 1;
    const activation = findActivation(Z, Y as Tensor2D, steps, last);
    if (!activation) return undefined;
    const A = activation.forward(Z) as Tensor2D;
    const dZ = tf.mul(dJ, m) as Tensor2D;
    const dW = grads[`d${names.W}`] as Tensor2D | undefined;
    const upright = dW && (transposed ? (tf.transpose(dW) as Tensor2D) : dW);
    const decay = upright ? findDecay(upright, dJ as Tensor2D, APrev, W) : 0;
    if (decay === undefined) return undefined;
    layers.push({
      label: names.W.slice(1),
      previous: i === 0 ? 'X' : `A${layers[i - 1].label}`,
      names,
      W,
      transposed,
      b: names.b ? params[names.b] : undefined,
      APrev,
      Z,
      A,
      activation,
      mask: undefined,
      dZ,
      decay,
    });
    APrev = A;
  }
  if (!fits(Y, APrev)) return undefined;
  return { layers, X: X as Tensor2D, Y: Y as Tensor2D, m };
}

/** W1, b1, W2, b2, … in order, or a single W and b. Undefined where there are other parameters. */
function layerParameters(params: Tensors) {
  const names = Object.keys(params);
  const weights = names.filter((name) => /^[Ww]\d*$/.test(name));
  const number = (name: string) => Number(name.slice(1));
  weights.sort((a, b) => number(a) - number(b));
  const pairs = weights.map((W) => ({ W, b: names.find((name) => name === `b${W.slice(1)}`) }));
  const used = pairs.flatMap(({ W, b }) => [W, b]);
  const complete = names.every((name) => used.includes(name));
  const matrices = weights.every((W) => params[W].rank === 2);
  return complete && matrices && weights.length > 0 ? pairs : undefined;
}

/** Z = W A_prev + b among the steps; where dropout stands before it, the mask as well. */
function findLinear(
  W: Tensor2D,
  b: Tensor | undefined,
  APrev: Tensor2D,
  steps: readonly Step[],
  before: RecognizedLayer | undefined,
): { Z: Tensor2D; dJ: Tensor; APrev: Tensor2D; mask: Tensor2D | undefined } | undefined {
  const linear = (A: Tensor2D) => {
    const WA = tf.matMul(W, A);
    return (b ? tf.add(WA, b) : WA) as Tensor2D;
  };
  if (W.shape[1] !== APrev.shape[0]) return undefined;
  const Z = linear(APrev);
  const step = steps.findLast(({ value }) => near(value, Z));
  if (step) return { Z, dJ: step.gradient, APrev, mask: undefined };
  if (!before) return undefined;

  const whole = steps.find(({ value }) => near(value, before.A));
  for (const dropped of steps) {
    if (!whole || String(dropped.value.shape) !== String(APrev.shape)) continue;
    const candidate = dropped.value as Tensor2D;
    const mask = maskBetween(whole, dropped);
    if (!mask) continue;
    const masked = linear(candidate);
    const step = steps.findLast(({ value }) => near(value, masked));
    if (step) return { Z: masked, dJ: step.gradient, APrev: candidate, mask };
  }
  return undefined;
}

/** M with A ∘ M = masked, if M holds 0 and one other number. Where A is 0 the gradients tell it: dA = M ∘ dMasked. */
function maskBetween(whole: Step, dropped: Step): Tensor2D | undefined {
  const [a, masked] = [whole.value.dataSync(), dropped.value.dataSync()];
  const [dA, dMasked] = [whole.gradient.dataSync(), dropped.gradient.dataSync()];
  const scale = a.map((value, i) => masked[i] / value).find((ratio) => Math.abs(ratio) > 0);
  if (scale === undefined) return undefined;
  const isScale = (ratio: number) => Math.abs(ratio - scale) < 1e-9;
  const isMask = a.every((value, i) => masked[i] === 0 || isScale(masked[i] / value));
  if (!isMask) return undefined;
  const mask = a.map((value, i) =>
    isScale(value === 0 ? dA[i] / dMasked[i] : masked[i] / value) ? scale : 0,
  );
  return tensor64(mask, dropped.value.shape as [number, number]) as Tensor2D;
}

/** The course's. Softplus is none of them: it is what a cost from logits makes of Z. */
const recognized: readonly Activation[] = [
  ...[activations.leakyRelu, activations.relu, activations.sigmoid, activations.softmax],
  activations.tanh,
];

const identities: ReadonlyMap<Activation, readonly string[]> = new Map([
  [activations.relu, ['Relu', 'Maximum']],
  [activations.leakyRelu, ['LeakyRelu', 'Prelu']],
]);

/** Whether Y are labels of these outputs: with weights under them they are not. */
const fits = (Y: Tensor, A: Tensor) => Y.shape[0] === 1 || Y.shape[0] === A.shape[0];

/** The g with A = g(Z) among the steps, or the one that the gradient of the output speaks of. */
function findActivation(
  Z: Tensor2D,
  Y: Tensor2D,
  steps: readonly Step[],
  last: boolean,
): Activation | undefined {
  const isMade = (g: Activation) => {
    const A = g.forward(Z);
    // Of a positive Z a relu is the identity: then only its kernel tells that it is there.
    const mark = near(A, Z) ? identities.get(g) : undefined;
    return steps.some(({ kernel, value }) => near(value, A) && (!mark || mark.includes(kernel)));
  };
  const inUse = recognized.find(isMade);
  if (inUse) return inUse;
  if (!last) return activations.linear;
  // A cost computed from the logits never makes A: dZ = A - Y tells which one is meant.
  const dJ = steps.findLast(({ value }) => near(value, Z))?.gradient;
  if (!dJ || !fits(Y, Z)) return undefined;
  const m = Z.shape[1];
  const fused = [activations.sigmoid, activations.softmax].find((g) =>
    near(tf.mul(dJ, m), tf.sub(g.forward(Z), Y)),
  );
  return fused ?? activations.linear;
}

/** k of dW = dJ/dZ A_prevᵀ + k W; undefined where dW is something else. */
function findDecay(dW: Tensor2D, dJ: Tensor2D, APrev: Tensor2D, W: Tensor2D): number | undefined {
  // The very product that gave dW, which is remembered.
  const fromData = tf.matMul(dJ, APrev, false, true);
  if (near(dW, fromData)) return 0;
  const rest = tf.sub(dW, fromData);
  const k = tf.div(tf.sum(tf.mul(rest, W)), tf.sum(tf.square(W)));
  return near(rest, tf.mul(k, W)) ? k.dataSync()[0] : undefined;
}
