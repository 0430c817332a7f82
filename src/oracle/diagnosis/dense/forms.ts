import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../../../core/activation.js';
import * as activations from '../../../core/activations.js';
import { near } from '../near.js';
import { project } from '../project.js';
import type { RecognizedLayer, RecognizedNetwork } from './recognize.js';

/**
 * One way in which a step of the backward pass may have been written. The first of each list below is
 * the right one; the others are the mistakes that people make, computed from the oracle's own
 * intermediates, so that a wrong gradient can be matched with the mistake that makes it.
 */
export interface Form {
  /** What it gives; undefined where the shapes do not fit together. */
  value(): Tensor | undefined;
  /** Absent where the form is right. */
  readonly mistake?: Mistake;
}

export interface Mistake {
  readonly id: string;
  /** The quantity that is wrong in itself, such as dZ1. */
  readonly where: string;
  /** What is wrong with it, as said of one or several quantities: 'is m times too large: …'. */
  readonly says: string;
  /** The right line. */
  readonly correction: string;
  /** A number that was read from the wrong gradient itself, such as a learning rate: it must be the same at every point. */
  readonly constant?: number;
  /** What stands beside the constant: m where the gradient is so many times m too large. */
  readonly scale?: Scale;
}

/** The gradients that come into a layer, as the code under check must have computed them. */
export interface Incoming {
  readonly dZ: Tensor2D; // (n_l, m)
  /** Absent at the output, where the loss gives dZ directly. */
  readonly dA?: Tensor2D; // (n_l, m)
}

/** A form's value, or undefined where its shapes do not fit together. */
function tryTo<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** A dimension that a factor may hold: '' where it is a constant alone. */
export type Scale = '' | 'm' | '1/m' | 'n_y' | '1/n_y';

/** What was read from a gradient under check. */
type Read = Pick<Mistake, 'constant' | 'scale'>;

/** The list of a step: the right form first. Each is computed when it is asked for. */
function forms(where: string, correction: string, right: Tensor) {
  const list: Form[] = [{ value: () => right }];
  return {
    list,
    add(id: string, says: string, make: () => Tensor | undefined, read?: Read) {
      list.push({ value: () => tryTo(make), mistake: { id, where, says, correction, ...read } });
    },
  };
}

const missingMean = 'is m times too large: the 1/m is missing';
const meanTwice = 'is m times too small: 1/m is applied twice';
const wrongSign = 'has the wrong sign';
const twice = 'is twice too large';
const half = 'is half of what it should be: a factor of 2 is missing';

const at = (notation: string, label: string) => notation.replace(/\b([AZ])\b/g, `$1${label}`);

/** Wᵀ, or w where the parameter itself is its transpose. */
const transposeOf = ({ names, transposed }: RecognizedLayer) =>
  transposed ? names.W : `${names.W}ᵀ`;

/** The lines of the course, with the numbers of the layer put in. */
export const lines = {
  dZ: ({ label: l, activation, mask }: RecognizedLayer, next: RecognizedLayer) =>
    `dZ${l} = (${transposeOf(next)} dZ${next.label})${mask ? ` ∘ D${l}/keep` : ''}${derivative(activation, l)}`,
  dA: ({ label: l, mask }: RecognizedLayer, next: RecognizedLayer) =>
    `dA${l} = ${transposeOf(next)} dZ${next.label}${mask ? `, then ∘ D${l}/keep` : ''}`,
  dW: ({ label: l, previous, names, decay, transposed }: RecognizedLayer) => {
    const product = transposed ? `${previous} dZ${l}ᵀ` : `dZ${l} ${previous}ᵀ`;
    return `d${names.W} = 1/m ${product}${decay ? ` + λ/m ${names.W}` : ''}`;
  },
  db: ({ label: l, names }: RecognizedLayer) => `d${names.b} = 1/m Σ dZ${l}, over the samples`,
};

/** Every right line of a backward pass, from the output down, by what it gives: dZ2, dW2, db2, dZ1, … */
export function rightLines({ layers, Y }: RecognizedNetwork): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  for (const [i, layer] of [...layers.entries()].reverse()) {
    const { label, names } = layer;
    const next = layers[i + 1];
    all.set(`dZ${label}`, next ? lines.dZ(layer, next) : outputLine(layer, Y).line);
    all.set(`d${names.W}`, lines.dW(layer));
    if (names.b) all.set(`d${names.b}`, lines.db(layer));
  }
  return all;
}

const derivative = (activation: Activation, l: string) =>
  activation === activations.linear ? '' : ` ∘ ${at(activation.derivative, l)}`;

/** dZ[L] = A - Y behind a cross-entropy; behind a squared error with its factor and derivative. */
function outputLine(layer: RecognizedLayer, Y: Tensor2D): { line: string; squared: boolean } {
  const { label: l, activation, dZ, Z, A } = layer;
  const difference = tf.sub(A, Y) as Tensor2D;
  if (activation !== activations.linear && near(dZ, difference)) {
    return { line: `dZ${l} = A${l} - Y`, squared: false };
  }
  const nY = A.shape[0];
  const through = activation.backward(difference, { Z, A });
  const tail = derivative(activation, l);
  if (near(dZ, through)) return { line: `dZ${l} = ${bracketed(`A${l} - Y`, tail)}`, squared: true };
  if (near(dZ, tf.mul(through, 2 / nY))) {
    return { line: `dZ${l} = ${nY > 1 ? '2/n_y' : '2'} (A${l} - Y)${tail}`, squared: true };
  }
  return { line: `dZ${l} = dA${l}${tail}`, squared: false };
}

const bracketed = (difference: string, tail: string) =>
  tail ? `(${difference})${tail}` : difference;

/** dZ[L], from the labels; `factor` is what the gradients under check may be too large by. */
export function outputForms({ layers, Y, m }: RecognizedNetwork, factor: number): Form[] {
  const layer = layers.at(-1)!;
  const { label: l, dZ, Z, A: AL, activation } = layer;
  const nY = AL.shape[0];
  const difference = tf.sub(AL, Y) as Tensor2D;
  const { line, squared } = outputLine(layer, Y);
  const { list, add } = forms(`dZ${l}`, line, dZ);
  const fused = `it is ${activation.name}'s derivative once too often: dZ${l} = A${l} - Y holds it already`;
  addOwnFactors(add, dZ, m);
  add('labels-missing', 'does not hold the labels Y', () => AL);
  for (const other of elementwise) {
    if (other === activation) continue;
    const says = `holds ${other.name}'s derivative, as a hidden layer's does`;
    for (const A of [other.forward(Z), AL]) {
      add('last-layer-as-hidden', says, () => other.backward(dZ, { Z, A }));
    }
  }
  if (activation !== activations.linear) {
    add('last-layer-as-hidden', `treats the last layer as a hidden one: ${fused}`, () =>
      activation.backward(dZ, { Z, A: AL }),
    );
    add('derivative-missing', `is dA${l}: ${activation.name}'s derivative is missing`, () =>
      activation === activations.softmax ? tf.neg(tf.div(Y, AL)) : tf.div(dZ, derivativeOf(layer)),
    );
    add('Z-for-A', `uses Z${l} where A${l} belongs`, () => tf.sub(Z, Y));
  }
  if (squared && activation !== activations.linear) {
    add(
      'another-loss',
      `is that of a cross-entropy, A${l} - Y, but the cost is another`,
      () => difference,
    );
  }
  if (!squared) {
    add('another-loss', 'is that of a squared error, but the cost is another', () =>
      activation.backward(tf.div(tf.mul(difference, 2), nY), { Z, A: AL }),
    );
  }
  if (nY > 1) {
    add(
      'outputs-mean-missing',
      `is n_y = ${nY} times too large: the mean over the outputs is missing`,
      () => tf.mul(dZ, nY),
    );
    add('outputs-mean-twice', `is n_y = ${nY} times too small`, () => tf.div(dZ, nY));
  }
  addFactors(add, dZ, factor, { m, nY });
  return list;
}

/** A form of dZ[l], with the dA[l] that it came from. */
export interface BackForm extends Form {
  dA(): Tensor2D | undefined;
}

/**
 * dA[l] = W[l+1]ᵀ dZ[l+1], and dZ[l] = dA[l] ∘ g'(Z[l]): each form holds one mistake at most, in either
 * of the two.
 */
export function backForms(
  net: RecognizedNetwork,
  layer: RecognizedLayer,
  next: RecognizedLayer,
  incoming: Incoming,
  hand: { readonly ofNext: Tensor; readonly ofLayer: Tensor },
): BackForm[] {
  const [rightA, ...wrongA] = dAForms(net, layer, next, incoming);
  const dA = rightA.value() as Tensor2D;
  const stale = updatedWeights(net, layer, next, incoming, hand);
  return [
    ...dZForms(layer, next, dA, net.m, factorOf(net, layer, dA, hand.ofLayer)).map((form) => ({
      ...form,
      dA: () => dA,
    })),
    ...[...wrongA, stale].map(({ value, mistake }) => {
      const wrong = () => {
        const dA = value() as Tensor2D | undefined;
        return dA && String(dA.shape) === String(layer.Z.shape) ? dA : undefined;
      };
      const dZ = () => {
        const dA = wrong();
        return dA && activate(layer, dA);
      };
      return { mistake, value: dZ, dA: wrong };
    }),
  ];
}

function dAForms(
  { layers }: RecognizedNetwork,
  layer: RecognizedLayer,
  next: RecognizedLayer,
  { dZ, dA: dANext }: Incoming,
): Form[] {
  const { label: l, mask } = layer;
  const masked = (M: Tensor2D) => (mask ? (tf.mul(M, mask) as Tensor2D) : M);
  const product = tf.matMul(next.W, dZ, true, false) as Tensor2D; // (n_l, m)
  const { list, add } = forms(`dA${l}`, lines.dA(layer, next), masked(product));
  if (next.W.shape[0] === next.W.shape[1]) {
    add('W-not-transposed', `uses ${next.names.W} where ${next.names.W}ᵀ belongs`, () =>
      masked(tf.matMul(next.W, dZ)),
    );
  }
  for (const other of layers) {
    if (other === next) continue;
    add('wrong-W', `uses ${other.names.W} where ${next.names.W} belongs`, () =>
      masked(tf.matMul(other.W, dZ, true, false)),
    );
    add('wrong-W', `uses ${other.names.W} where ${next.names.W} belongs`, () =>
      masked(tf.matMul(other.W, dZ)),
    );
  }
  if (dANext) {
    add('dA-for-dZ', `uses dA${next.label} where dZ${next.label} belongs`, () =>
      masked(tf.matMul(next.W, dANext, true, false)),
    );
  }
  if (mask) {
    const scale = tf.max(mask); // 1/keep
    add('mask-missing', `lacks the dropout mask D${l}`, () => product);
    add('mask-missing', `is divided by keep, but lacks the dropout mask D${l}`, () =>
      tf.mul(product, scale),
    );
    add('mask-not-scaled', `has the dropout mask D${l}, but is not divided by keep`, () =>
      tf.mul(product, tf.cast(tf.notEqual(mask, 0), 'float32')),
    );
    add('mask-scaled-twice', 'is divided by keep twice', () => tf.mul(masked(product), scale));
    for (const other of layers) {
      if (other === layer || !other.mask) continue;
      const otherMask = other.mask;
      add('wrong-mask', `uses the dropout mask D${other.label} where D${l} belongs`, () =>
        tf.mul(product, otherMask),
      );
    }
  }
  return list;
}

/** c where dW of a hidden layer without decay is c times the one that dA gives. */
const factorOf = ({ m }: RecognizedNetwork, layer: RecognizedLayer, dA: Tensor2D, dW: Tensor) =>
  tryTo(() => project(dW, tf.div(tf.matMul(activate(layer, dA), layer.APrev, false, true), m))) ??
  Number.NaN;

function dZForms(
  layer: RecognizedLayer,
  next: RecognizedLayer,
  dA: Tensor2D,
  m: number,
  factor: number,
): Form[] {
  const { label: l, Z, A: own, activation: g } = layer;
  const right = activate(layer, dA);
  const { list, add } = forms(`dZ${l}`, lines.dZ(layer, next), right);
  const ones = tf.onesLike(dA) as Tensor2D;

  if (g !== activations.linear) {
    add('derivative-missing', `lacks ${g.name}'s derivative: it is dA${l}`, () => dA);
  }
  if (g !== activations.softmax) {
    add('dA-dropped', `does not hold dA${l}: it is the derivative alone`, () =>
      g.backward(ones, { Z, A: own }),
    );
    add('dA-dropped', `does not hold dA${l} where Z${l} is negative`, () =>
      tf.where(tf.greater(Z, 0), dA, tf.mul(ones, 0.01)),
    );
  }
  for (const other of elementwise) {
    if (other === g) continue;
    const says = `has ${other.name}'s derivative, but A${l} is ${g.name}(Z${l})`;
    add('derivative-of-another', says, () => other.backward(dA, { Z, A: other.forward(Z) }));
    add('derivative-of-another', says, () => other.backward(dA, { Z, A: own }));
  }
  add('derivative-at-A', `takes the derivative at A${l} where Z${l} belongs`, () =>
    g.backward(dA, { Z: own, A: g.forward(own) }),
  );
  add('derivative-from-Z', `puts Z${l} where the derivative needs A${l}`, () =>
    g.backward(dA, { Z, A: Z }),
  );
  add('derivative-misremembered', `takes A${l} for the derivative of ${g.name}`, () =>
    tf.mul(dA, own),
  );
  add('derivative-misremembered', `takes 1 - A${l} for the derivative of ${g.name}`, () =>
    tf.mul(dA, tf.sub(1, own)),
  );
  add('derivative-at-dA', `looks at the sign of dA${l} where that of Z${l} belongs`, () =>
    tf.relu(dA),
  );
  add('activation-of-dA', `is ${g.name} of dA${l}: forward again, not backward`, () =>
    g.forward(dA),
  );
  add('derivative-twice', `has ${g.name}'s derivative twice`, () =>
    g.backward(right, { Z, A: own }),
  );
  if (g !== activations.softmax) {
    add('matrix-product', 'is a matrix product where an element-wise product belongs', () =>
      tf.matMul(dA, g.backward(ones, { Z, A: own })),
    );
  }
  addOwnFactors(add, right, m);
  addFactors(add, right, factor, { m });
  return list;
}

/** The factors that a dZ is given by mistake. */
function addOwnFactors(add: Add, dZ: Tensor, m: number): void {
  add('sign', wrongSign, () => tf.neg(dZ));
  add('mean-twice', 'has a 1/m of its own: 1/m is applied twice', () => tf.div(dZ, m));
  add('factor-2', twice, () => tf.mul(dZ, 2));
  add('factor-half', half, () => tf.div(dZ, 2));
}

const elementwise: readonly Activation[] = [
  ...[activations.leakyRelu, activations.relu, activations.sigmoid, activations.tanh],
];

const activate = ({ activation, Z, A }: RecognizedLayer, dA: Tensor2D) =>
  activation.backward(dA, { Z, A });

const derivativeOf = (layer: RecognizedLayer) => activate(layer, tf.onesLike(layer.Z) as Tensor2D);

/**
 * W[l+1] := W[l+1] - α dW[l+1] came before dA[l] was computed: then what reaches layer l is linear in
 * α, which the gradient found there gives by least squares.
 */
function updatedWeights(
  net: RecognizedNetwork,
  layer: RecognizedLayer,
  next: RecognizedLayer,
  { dZ }: Incoming,
  hand: { readonly ofNext: Tensor; readonly ofLayer: Tensor },
): Form {
  const { W } = next.names;
  return {
    mistake: {
      id: 'W-updated',
      where: `dA${layer.label}`,
      says: `uses a ${W} that was updated already; the ${W} of the forward pass belongs there`,
      correction: `${lines.dA(layer, next)}, before ${W} := ${W} - α d${W}`,
    },
    value: () =>
      tryTo(() => {
        const masked = (M: Tensor) => (layer.mask ? tf.mul(M, layer.mask) : M) as Tensor2D;
        const through = (W: Tensor) => masked(tf.matMul(W as Tensor2D, dZ, true, false));
        const reaching = (dA: Tensor2D) =>
          tf.div(tf.matMul(activate(layer, dA), layer.APrev, false, true), net.m);
        const right = through(next.W); // (n_l, m)
        const slope = through(hand.ofNext); // (n_l, m)
        const decayed = tf.mul(layer.decay, layer.W);
        const residual = tf.sub(tf.add(reaching(right), decayed), hand.ofLayer);
        const alpha = project(residual, reaching(slope));
        return alpha > 1e-12 ? tf.sub(right, tf.mul(alpha, slope)) : undefined;
      }),
  };
}

/**
 * dW[l], from what came in. `hand` is what constant factors are read from. The wrong forms are made
 * only where they are asked for.
 */
export function* weightForms(
  net: RecognizedNetwork,
  layer: RecognizedLayer,
  { dZ, dA }: Incoming,
  hand: Tensor,
): Generator<Form> {
  const { label: l, previous, names, W, APrev, decay } = layer;
  const { m } = net;
  const times = (dZ: Tensor2D, A: Tensor2D) => tf.div(tf.matMul(dZ, A, false, true), m) as Tensor2D;
  const data = times(dZ, APrev); // (n_l, n_prev)
  const decayed = tf.mul(decay, W); // (n_l, n_prev)
  const plus = (M: Tensor) => (decay ? tf.add(M, decayed) : M);
  const right = plus(data);
  const { list, add } = forms(`d${names.W}`, lines.dW(layer), right);
  yield list[0];

  add('mean-missing', missingMean, () => plus(tf.mul(data, m)));
  add('mean-missing', missingMean, () => tf.mul(right, m));
  add('mean-twice', meanTwice, () => plus(tf.div(data, m)));
  add('mean-twice', meanTwice, () => tf.div(right, m));
  add('sign', wrongSign, () => tf.neg(right));
  add('factor-2', twice, () => tf.mul(right, 2));
  add('factor-half', half, () => tf.div(right, 2));
  add('transposed', 'is transposed', () => tf.transpose(right));
  for (const { name, matrix } of otherInputs(net, layer)) {
    const says = `uses ${name} where ${previous} belongs`;
    add('wrong-A', says, () => plus(times(dZ, matrix)));
  }
  if (dA) add('dA-for-dZ', `uses dA${l} where dZ${l} belongs`, () => plus(times(dA, APrev)));
  add('elementwise-product', 'is an element-wise product where a matrix product belongs', () =>
    tf.mul(dZ, APrev),
  );
  add('elementwise-product', 'is an element-wise product where a matrix product belongs', () =>
    tf.div(tf.mul(dZ, APrev), m),
  );
  for (const [which, j] of oneSample(m)) {
    add('not-accumulated', which, () => plus(times(column(dZ, j), column(APrev, j))));
    add('not-accumulated', which, () => plus(tf.mul(times(column(dZ, j), column(APrev, j)), m)));
  }
  if (decay) {
    add(
      'regularisation-missing',
      `lacks the term λ/m ${names.W} of the regularisation`,
      () => data,
    );
  }
  addRegularisation(add, hand, data, W, names.W, decay, m);
  addConstants(add, hand, right, m, [
    ['n_prev', W.shape[1]],
    ['n', W.shape[0]],
    ['n_y', net.Y.shape[0]],
  ]);
  addUpdated(add, hand, right, W, names.W);
  addMixedUp(add, net, names.W);
  yield* list.slice(1);
}

/** db[l], from what came in. */
export function* biasForms(
  net: RecognizedNetwork,
  layer: RecognizedLayer,
  { dZ, dA }: Incoming,
  hand: Tensor,
): Generator<Form> {
  const { label: l, names, Z } = layer;
  const b = layer.b as Tensor;
  const { shape } = b;
  const { m } = net;
  const mean = (M: Tensor) => tf.reshape(tf.div(tf.sum(M, 1, true), m), shape);
  const right = mean(dZ);
  const { list, add } = forms(`d${names.b}`, lines.db(layer), right);
  yield list[0];

  add('mean-missing', missingMean, () => tf.mul(right, m));
  add('mean-twice', meanTwice, () => tf.div(right, m));
  add('sign', wrongSign, () => tf.neg(right));
  add('factor-2', twice, () => tf.mul(right, 2));
  add('factor-half', half, () => tf.div(right, 2));
  if (dA) add('dA-for-dZ', `uses dA${l} where dZ${l} belongs`, () => mean(dA));
  const notSummed = 'is not summed over the samples';
  add('not-summed', notSummed, () => dZ);
  add('not-summed', notSummed, () => tf.div(dZ, m));
  const n = Z.shape[0];
  const wrongAxis = 'is summed over the wrong axis: over the units, not the samples';
  const everything = 'is summed over the units too, not over the samples alone';
  for (const scale of [1, m, n]) {
    for (const keepDims of [true, false]) {
      add('wrong-axis', wrongAxis, () => tf.div(tf.sum(dZ, 0, keepDims), scale));
    }
    // Where there are as many units as samples, the shape does not tell.
    add('wrong-axis', wrongAxis, () => tf.reshape(tf.div(tf.sum(dZ, 0), scale), shape));
  }
  for (const scale of [1, m, n * m]) {
    const total = tf.div(tf.sum(dZ), scale);
    if (n > 1) {
      for (const size of [[], [1], [1, 1], [n, 1]]) {
        add('summed-over-everything', everything, () => tf.broadcastTo(total, size));
      }
    }
  }
  add('keepdims-missing', `has lost a dimension: keepDims is missing in the sum`, () =>
    shape.length === 2 ? tf.reshape(right, [n]) : undefined,
  );
  add('transposed', 'is transposed', () => (n > 1 ? tf.transpose(right) : undefined));
  for (const [which, j] of oneSample(m)) {
    add('not-accumulated', which, () => tf.reshape(column(dZ, j), shape));
    add('not-accumulated', which, () => tf.reshape(tf.div(column(dZ, j), m), shape));
  }
  addRegularisation(add, hand, right, b, names.b as string, 0, m);
  addConstants(add, hand, right, m, [
    ['n', n],
    ['n_y', net.Y.shape[0]],
  ]);
  addUpdated(add, hand, right, b, names.b as string);
  addMixedUp(add, net, names.b as string);
  yield* list.slice(1);
}

/** What could have been taken for A[l-1]. */
function otherInputs({ layers, X }: RecognizedNetwork, { previous, APrev }: RecognizedLayer) {
  const all = [
    { name: 'X', matrix: X },
    ...layers.flatMap((layer) => [
      { name: `A${layer.label}`, matrix: layer.A },
      { name: `Z${layer.label}`, matrix: layer.Z },
      ...(layer.mask ? [{ name: `A${layer.label} before dropout`, matrix: layer.A }] : []),
    ]),
  ];
  return all.filter(({ name, matrix }) => matrix !== APrev && name !== previous);
}

type Add = (id: string, says: string, make: () => Tensor | undefined, read?: Read) => void;

/** A loop over the samples that keeps the first or the last instead of their sum. */
const oneSample = (m: number): [says: string, j: number][] =>
  m === 1
    ? []
    : [
        ['holds the last sample alone: its sum over the samples has = where += belongs', m - 1],
        ['holds the first sample alone: the sum over the samples is missing', 0],
      ];

const column = (M: Tensor2D, j: number) => tf.slice(M, [0, j], [M.shape[0], 1]);

/** hand = data + c P, where the right c is λ/m, or 0 without regularisation. */
function addRegularisation(
  add: Add,
  hand: Tensor,
  data: Tensor,
  P: Tensor,
  name: string,
  decay: number,
  m: number,
): void {
  const c = tryTo(() => project(tf.sub(hand, data), P)) ?? 0;
  if (Math.abs(c) < 1e-12 || Math.abs(c - decay) < 1e-9 * Math.abs(c)) return;
  const says = decay
    ? `has ${amount(c / decay, m)} of the regularisation's λ/m ${name}`
    : `holds a multiple of ${name}, though the cost has no regularisation of it`;
  const id = decay ? 'regularisation-mis-scaled' : 'regularisation-extra';
  add(id, says, () => tf.add(data, tf.mul(P, c)), { constant: c });
}

const amount = (ratio: number, m: number) =>
  Math.abs(ratio - m) < 1e-6 * m
    ? 'm times the amount, λ in place of λ/m,'
    : `${Number(ratio.toPrecision(6))} times the amount`;

/** hand = P - α right, with α read from hand. */
function addUpdated(add: Add, hand: Tensor, right: Tensor, P: Tensor, name: string): void {
  const alpha = tryTo(() => project(tf.sub(P, hand), right));
  if (alpha === undefined || !Number.isFinite(alpha)) return;
  const says = `is the updated ${name}, not its gradient`;
  add('updated-parameter', says, () => tf.sub(P, tf.mul(right, alpha)), { constant: alpha });
}

/** The right gradient, but of another parameter. */
function addMixedUp(add: Add, { layers, m }: RecognizedNetwork, own: string): void {
  for (const { names, dZ, APrev, W, b, decay } of layers) {
    const ofW = () =>
      tf.add(tf.div(tf.matMul(dZ, APrev, false, true), m), decay ? tf.mul(decay, W) : 0);
    const ofB = () => b && tf.reshape(tf.div(tf.sum(dZ, 1), m), b.shape);
    if (names.W !== own) add('mixed-up', `is the gradient of ${names.W}`, ofW);
    if (b && names.b !== own) add('mixed-up', `is the gradient of ${names.b}`, ofB);
  }
}

/** hand = c · right: a zero, a dimension that stands for another, or c as it is read from hand. */
function addConstants(
  add: Add,
  hand: Tensor,
  right: Tensor,
  m: number,
  dimensions: readonly (readonly [string, number])[],
): void {
  add('zero', 'is zero everywhere', () => tf.zerosLike(right));
  for (const [name, size] of dimensions) {
    if (size === 1 || size === m) continue;
    const says = `is divided by ${name} = ${size} where m = ${m} belongs`;
    add('wrong-divisor', says, () => tf.mul(right, m / size));
  }
  addFactors(add, right, tryTo(() => project(hand, right)) ?? 0, { m }, dimensions);
}

/**
 * value = c · right, or c m · right, c/m · right, …, with c read from a gradient under check. Which of
 * them it is shows where m is another.
 */
function addFactors(
  add: Add,
  right: Tensor,
  factor: number,
  { m, nY = 1 }: { readonly m: number; readonly nY?: number },
  dimensions: readonly (readonly [string, number])[] = [],
): void {
  if (Math.abs(factor) < 1e-12 || !Number.isFinite(factor)) return;
  const scales: [Scale, number][] = [
    ['', 1],
    ...(m > 1
      ? ([
          ['m', m],
          ['1/m', 1 / m],
        ] as [Scale, number][])
      : []),
    ...(nY > 1
      ? ([
          ['n_y', nY],
          ['1/n_y', 1 / nY],
        ] as [Scale, number][])
      : []),
  ];
  for (const [scale, size] of scales) {
    const constant = factor / size;
    const says =
      scale === '' ? constantSentence(constant, dimensions) : scaleSentence(constant, scale);
    add('constant-factor', says, () => tf.mul(right, factor), { constant, scale });
  }
}

const sameFactor = (a: number, b: number) => Math.abs(a - b) < 1e-7 * Math.abs(b);

const short = (value: number) => Number(value.toPrecision(6));

/** Says of a quantity that it is c times the right one. */
export function constantSentence(
  c: number,
  dimensions: readonly (readonly [string, number])[] = [],
): string {
  const named = dimensions.find(
    ([, size]) => size > 2 && [size, 1 / size].some((of) => sameFactor(c, of)),
  );
  return named
    ? `is ${named[0]} = ${named[1]} times too ${c > 1 ? 'large' : 'small'}`
    : `is ${short(c)} times the right one in every element: a constant such as the learning rate`;
}

const meaning: Readonly<Record<Exclude<Scale, ''>, string>> = {
  m: 'the 1/m is missing',
  '1/m': '1/m is applied twice',
  n_y: 'the mean over the outputs is missing',
  '1/n_y': 'the mean over the outputs is taken twice',
};

/** Says of a quantity that it is c m times the right one, and the like. */
function scaleSentence(c: number, scale: Exclude<Scale, ''>): string {
  const times = scale.startsWith('1') ? `${short(c)}${scale.slice(1)}` : `${short(c)} ${scale}`;
  return `is ${times} times the right one: ${meaning[scale]}, and ${constantMeaning(c)}`;
}

function constantMeaning(c: number): string {
  if (sameFactor(c, -1)) return 'the sign is wrong';
  if (sameFactor(c, 2)) return 'a factor of 2 is too much';
  if (sameFactor(c, 0.5)) return 'a factor of 2 is missing';
  return `${short(c)} is a constant such as the learning rate`;
}
