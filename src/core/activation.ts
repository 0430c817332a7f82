import type { Tensor } from '@tensorflow/tfjs-core';
import { callable } from './callable.js';
import { ValueError } from './errors.js';
import { type Config, isPureLayer, type Layer, pureLayer } from './layer.js';
import { pure } from './pure.js';

/**
 * What a layer outputs for each sample: any numbers; an independent probability per unit; or a
 * distribution over classes, one unit per class, that sums to 1.
 */
export type Output = 'number' | 'probability' | 'distribution';

/** What the backward step of an activation reads. */
export interface Activated {
  readonly Z: Tensor;
  readonly A: Tensor;
}

export interface KerasStep {
  readonly layer: string;
  /** Hyperparameters as named in TensorFlow.js and Keras 2, and in Keras 3 where it is otherwise. */
  readonly config: Readonly<Record<string, number>>;
  readonly config3?: Readonly<Record<string, number>>;
}

export interface OnnxOperator {
  readonly op: string;
  readonly attributes?: Readonly<
    Record<string, { readonly f: number } | { readonly i: number } | { readonly s: string }>
  >;
  /** The version of the operators that has it. Default: 13. */
  readonly opset?: number;
}

/** A = g(Z), forward and backward, in any shape. The caller owns the result. */
export interface Activation {
  readonly name: string;
  /** Its options, if it has any. */
  readonly config?: Config;
  readonly gives: Output;
  /** The derivative as shown in reports, in terms of the layer's Z and A. */
  readonly derivative: string;
  /** The Keras form: an activation of Dense, or one or more separate layers after a linear one. */
  readonly keras:
    | { readonly activation: string }
    | KerasStep
    | { readonly layers: readonly KerasStep[] };
  /** The equivalent ONNX operator g, for a matrix with samples in rows, or as Z ∘ g(Z). */
  readonly onnx: OnnxOperator | { readonly factor: OnnxOperator };
  forward(Z: Tensor): Tensor;
  backward(dA: Tensor, cache: Activated): Tensor;
}

/** An activation as a layer of its own. */
export interface ActivationLayer extends Layer<Activated> {
  readonly activation: Activation;
}

/**
 * An activation, and the function of its name that makes a layer of it, with other options if it
 * takes any: `dense(20, leakyRelu)`, `leakyRelu(0.2)`, `relu()`.
 */
export type ActivationMaker<Options extends unknown[] = []> = Activation &
  ((...options: Options) => ActivationLayer);

/** One of our own activations, without options. */
export const activation = (g: Activation): ActivationMaker => {
  const made: ActivationMaker = callable((...options: unknown[]) => {
    if (options.some((option) => option !== undefined && !isEmpty(option))) {
      throw new ValueError(`${g.name} takes no options; call it as ${g.name}().`);
    }
    return activationLayer(made);
  }, withPure(g));
  return made;
};

const isEmpty = (option: unknown) =>
  typeof option === 'object' && option !== null && Object.keys(option).length === 0;

/** One of our own with options: `of` makes it for some, and for none it is the default. */
export function activationOf<Option>(
  of: (option?: Option) => Activation,
): ActivationMaker<[option?: Option]> {
  const made: ActivationMaker<[option?: Option]> = callable(
    (option?: Option) => activationLayer(option === undefined ? made : withPure(of(option))),
    withPure(of()),
  );
  return made;
}

const withPure = (g: Activation): Activation => {
  pure(g.forward);
  pure(g.backward);
  return g;
};

const layers = new WeakMap<Activation, ActivationLayer>();

/** A = g(Z), dZ = dA ∘ g'(Z), as a layer: the same one each time. */
export function activationLayer(g: Activation): ActivationLayer {
  const known = layers.get(g);
  if (known) return known;
  const layer: ActivationLayer = {
    kind: g.name,
    config: g.config ?? {},
    activation: g,
    output: (input) => input,
    parameters: () => ({}),
    forward: (Z) => {
      const A = g.forward(Z);
      return { Y: A, cache: { Z, A } };
    },
    backward: (dA, _, cache) => ({ dX: () => g.backward(dA, cache), grads: {} }),
  };
  if (isPureLayer(g)) pureLayer(layer);
  layers.set(g, layer);
  return layer;
}
