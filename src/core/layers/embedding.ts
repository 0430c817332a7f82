import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors.js';
import { type Initializer, uniform } from '../initializers.js';
import { inShape, type Layer, pureLayer } from '../layer.js';
import { assertCount, assertOptions } from '../options.js';
import { assertInitializer } from '../parts.js';
import type { RandomState } from '../random.js';
import { gatherIsUnchecked } from '../slowKernels.js';
import { zerosOf } from '../tensors.js';

export interface EmbeddingOptions {
  /** The number of ids: they are 0 to inputDim - 1. */
  readonly inputDim: number;
  /** The length of each id's vector. */
  readonly outputDim: number;
  /** Default: Keras's, uniform from -0.05 to 0.05. */
  readonly initializer?: Initializer;
}

/** A layer whose input is ids below inputDim. */
export interface EmbeddingLayer extends Layer {
  readonly inputDim: number;
}

interface Ids {
  readonly ids: Tensor; // (m, T, 1)
}

/**
 * Y = E[X]: row x of E for each id x
 *
 * dE[x] = 1/m Σ dY, over all places of x: a row that occurs twice adds up
 * dX = 0, as the ids are not numbers to learn
 *
 * X (m, T) of whole numbers from 0 to inputDim - 1, E (inputDim, outputDim), Y (m, T, outputDim).
 * It is E times one-hot columns, without the product. Source: Course 5, week 2.
 *
 * Another id throws on the backends that look: native, cpu and float64. WASM would read beside E,
 * and write beside dE; there all of Y becomes NaN.
 *
 * @throws ValueError if inputDim or outputDim is not a whole number from 1.
 */
export function embedding(options: EmbeddingOptions): EmbeddingLayer {
  assertOptions('embedding', options, { inputDim: true, outputDim: true, initializer: true });
  const { inputDim, outputDim, initializer = uniform() } = options;
  for (const [name, size] of Object.entries({ inputDim, outputDim })) {
    assertCount(`embedding: ${name}`, size);
  }
  assertInitializer('embedding: the initializer', initializer);
  const shape = [inputDim, outputDim];
  const layer: Layer<Ids> = {
    kind: 'embedding',
    config: { inputDim, outputDim },
    reads: { ids: inputDim },
    output: (input) => {
      if (input.length === 1) return [input[0], outputDim];
      throw new ShapeError(
        `embedding reads ids, T of them in each sample, and not numbers of shape ${inShape(input)}. Put it first, with the input [T].`,
      );
    },
    parameters: () => {
      const initialize = (random: RandomState) =>
        initializer.initialize(outputDim, inputDim, random, shape);
      return { E: { shape, initialize, decays: true } };
    },
    forward: (X, { params: { E } }) => {
      const given = tf.expandDims(tf.cast(X, 'int32'), -1); // (m, T, 1)
      const ids = gatherIsUnchecked() ? within(given, inputDim) : given;
      // A gather of slices: tf.gather reads the ids back to check them, which no recording can.
      const rows = ids === given ? E : tf.add(E, nanUnless(tf.equal(ids, given))); // (inputDim, outputDim)
      return { Y: tf.gatherND(rows, ids), cache: { ids } }; // (m, T, outputDim)
    },
    backward: (dY, _, { ids }) => {
      const [m, T] = dY.shape;
      const dE = tf.div(tf.scatterND(ids, dY, shape), m); // (inputDim, outputDim)
      return { dX: () => zerosOf([m, T]), grads: { dE } };
    },
  };
  return { ...(pureLayer(layer) as Layer), inputDim };
}

/** The ids themselves, or the nearest. WASM clips the bits of an integer, as if it were a float. */
const within = (ids: Tensor, count: number) =>
  tf.cast(tf.clipByValue(tf.cast(ids, 'float32'), 0, count - 1), 'int32');

/** 0 if all hold, else NaN. */
const nanUnless = (holds: Tensor) => tf.where(tf.all(holds), 0, Number.NaN);
