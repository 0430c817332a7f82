import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { CheckError } from '../../core/errors.js';
import { RandomState } from '../../core/random.js';
import { tensor64 } from '../../float64/tensor64.js';
import { runForward } from '../run.js';
import type { Point, Subject, Tensors } from '../subject.js';
import { drawInputs, type Kind, packed, unpacked } from './draw.js';
import type { Inputs } from './inputs.js';

/** A function of tensors, and the products of vectors with its Jacobian, in whatever form they are written. */
export interface Layer {
  readonly inputs: Inputs;
  /** What the backward pass calls the gradient of an only output. */
  readonly dout?: string;
  forward(values: Tensors): Outputs;
  /** What it returns is looked through by `gradientsOf`. */
  backward(douts: Tensors, values: Tensors, outputs: Outputs): unknown;
}

export interface Outputs {
  /** Those that get a dout. */
  readonly out: Tensors;
  readonly cache?: unknown;
}

/** Not among the names of the cache that an explanation lists. */
const state = Symbol('what the backward pass needs');

interface State {
  readonly outputs: Outputs;
  readonly values: Tensors;
}

/**
 * A layer as a subject of the check. Its cost is
 *
 * J = Σ out ∘ dout
 *
 * with a random dout, the subject's X: dJ/dx is the product of dout with the Jacobian of out by x, which
 * is what a backward pass returns.
 */
export function subjectOfLayer(layer: Layer): Subject {
  const { inputs, dout = 'dout' } = layer;
  const valuesAt = (params: Tensors, Y: Tensor): Tensors => {
    const whole = unpacked(inputs.whole, Y);
    return Object.fromEntries(inputs.names.map((name) => [name, params[name] ?? whole[name]]));
  };
  const run = (params: Tensors, Y: Tensor) => {
    const values = valuesAt(params, Y);
    const outputs = layer.forward(values);
    for (const [name, T] of Object.entries(outputs.out)) assertTensor(name, T);
    return { values, outputs };
  };
  return {
    ...(inputs.shapes && { shapes: inputs.shapes }),
    nameOfX: dout,
    forward: (_, params, X, Y) => {
      const { values, outputs } = run(params, Y);
      const douts = apart(X, outputs.out);
      const terms = Object.keys(douts).map((name) =>
        tf.sum(tf.mul(outputs.out[name], douts[name])),
      );
      return {
        cost: terms.reduce((sum, term) => tf.add(sum, term)),
        cache: { ...outputs.out, cache: outputs.cache, [state]: { values, outputs } },
      };
    },
    backward: (_, _params, X, _Y, cache) => {
      const { values, outputs } = (cache as { [state]: State })[state];
      const returned = layer.backward(apart(X, outputs.out), values, outputs);
      return gradientsOf(returned, inputs) as Tensors;
    },
    draw: (seed, kind) => drawPoint(run, inputs, seed, kind),
  };
}

/** Draws the inputs, and a dout in the shape of what the forward pass makes of them. */
function drawPoint(
  run: (params: Tensors, Y: Tensor) => { outputs: Outputs },
  inputs: Inputs,
  seed: number,
  kind: Kind,
): Point | undefined {
  if (kind === 'resized' && Object.keys(inputs.given).length > 0) return undefined;
  try {
    const { real, whole } = drawInputs(inputs, seed, kind);
    const Y = packed(whole);
    let made: Tensor[] = [];
    // As in the check itself, so that what it throws has its line.
    const once: Subject = {
      forward: (_, params) => {
        made = Object.values(run(params, Y).outputs.out);
        return { cost: tf.scalar(0) };
      },
      backward: () => ({}),
    };
    runForward(once, { params: real, X: Y, Y });
    assertFinite(made);
    const random = new RandomState(seed + 1);
    const draw = (size: number) => Float64Array.from(random.randn(size), awayFromZero);
    const size = made.reduce((sum, out) => sum + out.size, 0);
    const X = tensor64(draw(size), made.length === 1 ? made[0].shape : [size]);
    return { params: real, X, Y };
  } catch (error) {
    if (kind !== 'check') return undefined; // the functions cannot cope with it
    throw error;
  }
}

const awayFromZero = (value: number) => value + Math.sign(value) * 0.1;

function assertFinite(outs: readonly Tensor[]): void {
  for (const out of outs) {
    const odd = out.dataSync().find((value) => !Number.isFinite(value));
    if (odd !== undefined) {
      throw new CheckError(
        `forward gives ${odd} for numbers drawn from both sides of 0. Give numbers for which it is finite: export const inputs = { … }.`,
      );
    }
  }
}

/** Of the vector that X is, what belongs to each output. */
function apart(X: Tensor, out: Tensors): Tensors {
  const names = Object.keys(out);
  const [first] = names;
  if (names.length === 1) {
    assertShape(first, out[first].shape, X.shape);
    return { [first]: X };
  }
  let from = 0;
  const parts = names.map((name): [string, Tensor] => {
    const { shape, size } = out[name];
    const part = tf.reshape(tf.slice(X, [from], [Math.min(size, X.size - from)]), shape);
    from += size;
    return [name, part];
  });
  return Object.fromEntries(parts);
}

function assertShape(name: string, shape: readonly number[], expected: readonly number[]): void {
  if (String(shape) === String(expected)) return;
  throw new CheckError(
    `${name} is (${shape.join(', ')}) here, and was (${expected.join(', ')}): its shape has to follow from the inputs.`,
  );
}

function assertTensor(name: string, value: unknown): void {
  if (!(value instanceof tf.Tensor)) {
    throw new CheckError(
      `${name} is no tensor. Return the tensor itself, without dataSync or arraySync.`,
    );
  }
  if (value.isDisposed) {
    throw new CheckError(`${name} was freed by a tf.tidy. Return it from the tidy.`);
  }
}

/** { dx, dw } of what a backward pass returns: by names, in the order of the inputs, or the only one. */
export function gradientsOf(returned: unknown, { names, real }: Inputs): unknown {
  if (returned instanceof tf.Tensor)
    return real.length === 1 ? { [`d${real[0]}`]: returned } : returned;
  if (Array.isArray(returned)) return inOrder(returned, names, real);
  if (typeof returned !== 'object' || returned === null) return returned;
  const own = new Map(Object.entries(returned));
  const found = real.flatMap((name): [string, unknown][] => {
    const key = spellings(name).find((spelling) => own.has(spelling));
    const value = key === undefined ? undefined : own.get(key);
    if (key !== undefined) own.delete(key);
    return value === undefined || value === null ? [] : [[`d${name}`, value]];
  });
  const others = [...own].filter(([, value]) => value instanceof tf.Tensor);
  return Object.fromEntries([...found, ...others]);
}

/** dx, and how else the gradient of x is called. */
const spellings = (name: string) => [
  ...[`d${name}`, `d_${name}`, `grad_${name}`, `${name}_grad`],
  ...[`grad${name[0].toUpperCase()}${name.slice(1)}`, name],
];

function inOrder(returned: readonly unknown[], names: readonly string[], real: readonly string[]) {
  const meant = [real, names].find(({ length }) => length === returned.length);
  if (meant === undefined) {
    throw new CheckError(
      `it returns an array of ${returned.length}; it must hold ${real.map((name) => `d${name}`).join(', ')}, in this order, or be an object of these names.`,
    );
  }
  const pairs = meant.map((name, i) => [`d${name}`, returned[i]] as const);
  return Object.fromEntries(
    pairs.filter(
      ([name, value]) => real.some((one) => `d${one}` === name) || value instanceof tf.Tensor,
    ),
  );
}
