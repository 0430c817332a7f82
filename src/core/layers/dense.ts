import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Activation, ActivationLayer } from '../activation.js';
import { sigmoid } from '../activations.js';
import { ValueError } from '../errors.js';
import { course, type Initializer } from '../initializers.js';
import { type Layer, type Parameter, pureLayer, samplesIn } from '../layer.js';
import { linearBackward, linearForward } from '../linear.js';
import { assertOptions, assertSwitches } from '../options.js';
import { assertInitializer } from '../parts.js';
import { project, projectBackward } from '../projection.js';
import type { RandomState } from '../random.js';
import { present, zerosOf } from '../tensors.js';
import { activated, elementwise, kindOf, partsOf } from './activated.js';

export interface DenseOptions {
  readonly units: number;
  /** Default: none. */
  readonly activation?: Activation | ActivationLayer;
  readonly useBias?: boolean;
  /** Default: the course's, randn / √n_prev. */
  readonly initializer?: Initializer;
}

/** A dense layer, with its activation. */
export interface DenseLayer extends Layer {
  readonly units: number;
  readonly activation: Activation;
}

/** What the linear step keeps for the backward step. */
export interface Linear {
  readonly APrev: Tensor; // (n_prev, m)
  /** A_prevᵀ if available: in the first layer, the transposed data. */
  readonly APrevT?: Tensor; // (m, n_prev)
}

/**
 * Z = W A_prev + b (n_l, m), A = g(Z) (n_l, m)
 *
 * dW = 1/m dZ A_prevᵀ (n_l, n_prev)
 * db = 1/m Σ dZ (n_l, 1)
 * dA_prev = Wᵀ dZ (n_prev, m)
 *
 * On sequences and pictures (m, …, d) it is the same at each position, with the features last:
 * Z = X W + b, where W is (d, n_l) and b (n_l).
 *
 * `dense(20, relu)` is short for `dense({ units: 20, activation: relu })`; without an activation
 * the first is the course's sigmoid, the second the linear step alone. Source: Course 1, week 4.
 *
 * @throws ValueError if units is not an integer of at least 1, or if the activation or initializer
 *   is given by name.
 */
export function dense(options: DenseOptions): DenseLayer;
export function dense(
  units: number,
  activation?: Activation | ActivationLayer,
  initializer?: Initializer,
): DenseLayer;
export function dense(
  first: number | DenseOptions,
  activation: Activation | ActivationLayer = sigmoid,
  initializer: Initializer = course,
): DenseLayer {
  if (typeof first !== 'object') return dense({ units: first, activation, initializer });
  assertOptions('dense', first, {
    ...{ units: true, activation: true, useBias: true, initializer: true },
  });
  const { units, useBias = true } = first;
  if (!Number.isInteger(units) || units < 1) {
    throw new ValueError(`dense: a layer of ${units} units; give a whole number from 1.`);
  }
  assertSwitches('dense', { useBias });
  const init = first.initializer ?? course;
  assertInitializer('dense: the initializer', init);
  const g = elementwise('dense: the activation', first.activation);
  const layer = activated(linear(units, useBias, init), g);
  return { ...layer, config: { units, useBias, activation: kindOf(g) }, units, activation: g };
}

const linears = new WeakSet<object>();

/** Whether a layer begins with the linear step of `dense`: a copy with another function does not. */
export function isDense(layer: Layer): boolean {
  const [{ forward, backward }] = partsOf(layer);
  return linears.has(forward) && linears.has(backward);
}

/** All layers as dense ones. @throws ValueError naming the first that is not. */
export function denseLayersOf(layers: readonly Layer[]): readonly DenseLayer[] {
  const other = layers.findIndex((layer) => !('units' in layer && 'activation' in layer));
  if (other < 0) return layers as readonly DenseLayer[];
  throw new ValueError(
    `Layer ${other + 1} is ${layers[other].kind}; this takes dense layers only.`,
  );
}

/** The linear step of a dense layer. */
function linear(units: number, useBias: boolean, initializer: Initializer): Layer<Linear> {
  const layer: Layer<Linear> = {
    kind: 'dense',
    config: { units, useBias },
    output: (input) => [...input.slice(0, -1), units],
    parameters: (input) => {
      const d = input.at(-1)!;
      const inColumns = input.length === 1;
      const shape = inColumns ? [units, d] : [d, units];
      const W = {
        shape,
        initialize: (random: RandomState) => initializer.initialize(units, d, random, shape),
        decays: true,
        incoming: [inColumns ? 1 : 0],
      };
      const biases = inColumns ? [units, 1] : [units];
      const b = { shape: biases, initialize: () => zerosOf(biases) };
      return present<Parameter>({ W, b: useBias && b });
    },
    forward: (X, { params: { W, b }, XT }) => {
      const cache = { APrev: X, APrevT: XT };
      const Y = X.rank === 2 ? linearForward(X, W, b) : project(X, W, b); // (n_l, m) or (m, …, n_l)
      return { Y, cache };
    },
    backward: (dZ, { params: { W, b } }, { APrev, APrevT }) => {
      if (dZ.rank === 2) {
        const { dW, db, dAPrev } = linearBackward(dZ, APrev, W, APrevT);
        return { dX: dAPrev, grads: present({ dW, db: b && db }) };
      }
      const m = samplesIn(dZ);
      const { dW, db, dX } = projectBackward(dZ, APrev, W);
      const grads = present({ dW: tf.div(dW(), m), db: b && tf.div(db(), m) }); // (d, n_l), (n_l)
      return { dX, grads };
    },
  };
  linears.add(layer.forward).add(layer.backward);
  return pureLayer(layer);
}
