import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../errors.js';
import { columnSums } from '../features.js';
import { type Initializer, uniform } from '../initializers.js';
import { inShape, type Layer, type Parameter, pureLayer } from '../layer.js';
import { assertOptions, assertSwitches } from '../options.js';
import { assertInitializer } from '../parts.js';
import type { RandomState } from '../random.js';
import { present, tensor } from '../tensors.js';

export interface PositionalEmbeddingOptions {
  /** Rows of P, so that it serves sequences of up to this length. Default: T. */
  readonly maxLength?: number;
  /** Whether P is made of sines and cosines instead of learned. Default: no. */
  readonly sinusoidal?: boolean;
  /** Of a learned P. Default: uniform from -0.05 to 0.05. */
  readonly initializer?: Initializer;
}

/**
 * Y = X + P, the same row of P for each sample's position t
 *
 * dP = 1/m Σ dY, over the samples; 0 in the rows from T on
 * dX = dY
 *
 * X and Y (m, T, d), P (maxLength, d), of which the first T rows are used. Sinusoidal, P is fixed:
 * P[t, 2i] = sin(t / 10000^(2i/d)), P[t, 2i + 1] = cos(t / 10000^(2i/d)).
 *
 * Source: Course 5, week 4; Vaswani et al., arXiv:1706.03762.
 *
 * @throws ValueError if maxLength is not a whole number from 1.
 */
export function positionalEmbedding(options: PositionalEmbeddingOptions = {}): Layer {
  assertOptions('positionalEmbedding', options, {
    ...{ maxLength: true, sinusoidal: true, initializer: true },
  });
  const { maxLength, sinusoidal = false, initializer = uniform() } = options;
  if (maxLength !== undefined && !(Number.isInteger(maxLength) && maxLength >= 1)) {
    throw new ValueError(
      `positionalEmbedding: maxLength is ${maxLength}; give a whole number from 1.`,
    );
  }
  assertSwitches('positionalEmbedding', { sinusoidal });
  assertInitializer('positionalEmbedding: the initializer', initializer);
  const layer: Layer<object> = {
    kind: 'positionalEmbedding',
    config: { ...(maxLength !== undefined && { maxLength }), sinusoidal },
    output: (input) => {
      const [T] = input;
      if (input.length !== 2) {
        throw new ShapeError(
          `a ${inShape(input)} sample is no sequence; give [T, d], T vectors of d.`,
        );
      }
      if (maxLength !== undefined && T > maxLength) {
        throw new ShapeError(
          `${T} positions are more than maxLength, ${maxLength}. Give maxLength ${T}.`,
        );
      }
      return input;
    },
    parameters: ([T, d]) => {
      const shape = [maxLength ?? T, d];
      const initialize = (random: RandomState) =>
        initializer.initialize(d, shape[0], random, shape);
      const P: Parameter = { shape, initialize, decays: true };
      return present<Parameter>({ P: !sinusoidal && P });
    },
    forward: (X, { params }) => {
      const [, T, d] = X.shape as [number, number, number];
      const P = sinusoidal ? sinusoids(T, d) : firstRows(params.P, T); // (T, d)
      return { Y: tf.add(X, P), cache: {} }; // (m, T, d)
    },
    backward: (dY, { params: { P } }) => {
      const dX = () => dY; // (m, T, d)
      if (sinusoidal) return { dX, grads: present({}) };
      const [m, T, d] = dY.shape as [number, number, number];
      const sums = tf.reshape(columnSums(tf.reshape(dY, [m, T * d])), [T, d]);
      const unused = P.shape[0] - T;
      const dP = tf.div(
        unused
          ? tf.pad(sums, [
              [0, unused],
              [0, 0],
            ])
          : sums,
        m,
      ); // (maxLength, d)
      return { dX, grads: { dP } };
    },
  };
  return pureLayer(layer) as Layer;
}

const firstRows = (P: Tensor, T: number) => (P.shape[0] === T ? P : tf.slice(P, [0, 0], [T, -1]));

function sinusoids(T: number, d: number): Tensor {
  const values = Array.from({ length: T * d }, (_, k) => {
    const [t, j] = [Math.floor(k / d), k % d];
    const angle = t / 10_000 ** ((j - (j % 2)) / d);
    return j % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
  return tensor(values, [T, d]);
}
