import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import {
  type Backward,
  batchShape,
  type Given,
  type Layer,
  type Shape,
  samplesIn,
  sizeOf,
} from '../../src/core/layer.js';
import { RandomState } from '../../src/core/random.js';
import { mapEntries, type Params, tensor } from '../../src/core/tensors.js';
import { useBackend } from '../../src/runtime/backends.js';
import { casesOf, type Differences, flat, type LayerCase, run } from './layerGoldens.js';

/*
 * A layer's backward against differences of its forward, in double precision, and mistakes planted
 * in it: the differences must see each, and PyTorch's numbers must see it too.
 */

/** What a layer is tried on: m random samples of a shape, with random parameters and noise. */
export interface Situation {
  readonly input: Shape;
  readonly m: number;
  readonly training?: boolean;
  readonly seed?: number;
  /** Instead of random values. */
  readonly X?: () => Tensor;
}

/**
 * The largest |a - b| / max(1, |b|) of dX, every gradient and the first state's, b by differences.
 * Float64 is active.
 */
export function deviation(layer: Layer, situation: Situation): number {
  const expected = differencesOf(layer, situation);
  return tf.tidy(() => {
    const { X, given, dY, dLast } = drawn(layer, situation);
    const { cache } = layer.forward(X, given);
    const { dX, grads, dState = {} } = layer.backward(dY, given, cache, dLast);
    const { X: ofX, params, state } = expected;
    const m = samplesIn(dY);
    return Math.max(
      ofX ? errorOf(dX(), ofX) : 0,
      ...Object.entries(params).map(([name, b]) => errorOf(tf.mul(grads[`d${name}`], m), b)),
      ...Object.entries(state).map(([name, b]) => errorOf(dState[name], b)),
    );
  });
}

interface Differences64 {
  readonly X?: Float64Array;
  readonly params: Readonly<Record<string, Float64Array>>;
  readonly state: Readonly<Record<string, Float64Array>>;
}

/** By forward steps: those of a layer are also those of the same with a mistake in its backward. */
const known = new WeakMap<object, Map<Situation, Differences64>>();

function differencesOf(layer: Layer, situation: Situation): Differences64 {
  const ofLayer = known.get(layer.forward) ?? new Map<Situation, Differences64>();
  known.set(layer.forward, ofLayer);
  if (!ofLayer.has(situation)) {
    tf.tidy(() => void ofLayer.set(situation, differentiate(layer, situation)));
  }
  return ofLayer.get(situation)!;
}

function differentiate(layer: Layer, situation: Situation): Differences64 {
  const { X, given, dY, dLast } = drawn(layer, situation);
  const total = (X: Tensor, given: Given) =>
    tf.tidy(() => {
      const { Y, state } = layer.forward(X, given);
      const ofState = Object.entries(dLast).map(([name, d]) => tf.sum(tf.mul(state![name], d)));
      return tf.addN([tf.sum(tf.mul(Y, dY)), ...ofState]).dataSync()[0];
    });
  const each = (names: readonly string[], of: 'params' | 'state') =>
    Object.fromEntries(
      names.map((name) => {
        const at = (P: Tensor) => total(X, { ...given, [of]: { ...given[of], [name]: P } });
        return [name, slopes(given[of][name], at)];
      }),
    );
  return {
    ...(!layer.reads && { X: slopes(X, (X) => total(X, given)) }),
    params: each(trainedOf(layer, situation.input), 'params'),
    state: each(Object.keys(given.state), 'state'),
  };
}

const trainedOf = (layer: Layer, input: Shape) =>
  Object.entries(layer.parameters(input)).flatMap(([name, { trained = true }]) =>
    trained ? [name] : [],
  );

function drawn(layer: Layer, { input, m, training = true, seed = 1, X }: Situation) {
  const random = new RandomState(seed);
  const all = <T>(record: Readonly<Record<string, T>>, f: (name: string, one: T) => Tensor) =>
    Object.fromEntries(Object.entries(record).map(([name, one]) => [name, f(name, one)])) as Params;
  const params = all(layer.parameters(input), (name, { shape }) =>
    // A variance is positive.
    name.startsWith('runningVariance') ? uniform(random, shape) : gaussian(random, shape),
  );
  const noise = all(layer.noise?.(input) ?? {}, (_, shape) =>
    uniform(random, batchShape(shape, m)),
  );
  const state = all(layer.state?.(input) ?? {}, (_, shape) => gaussian(random, [m, ...shape]));
  return {
    X: X?.() ?? gaussian(random, batchShape(input, m)),
    given: { params, training, noise, state } satisfies Given,
    // What comes into Y and the last state.
    dY: gaussian(random, batchShape(layer.output(input), m)),
    dLast: mapEntries(state, (name, { shape }) => [name, gaussian(random, shape)]),
  };
}

const gaussian = (random: RandomState, shape: Shape) => tensor(random.randn(sizeOf(shape)), shape);
const uniform = (random: RandomState, shape: Shape) => tensor(random.rand(sizeOf(shape)), shape);

/** ∂f/∂P by four-point central differences. */
function slopes(P: Tensor, f: (P: Tensor) => number): Float64Array {
  const values = Float64Array.from(P.dataSync());
  const h = 1e-3;
  return values.map((value, i) => {
    const at = (step: number) =>
      f(
        tensor(
          values.map((v, k) => (k === i ? value + step * h : v)),
          P.shape,
        ),
      );
    return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h);
  });
}

/** Infinite where one of them is no number. */
function errorOf(actual: Tensor, expected: ArrayLike<number>): number {
  const values = actual.dataSync();
  if (values.length !== expected.length) return Number.POSITIVE_INFINITY;
  const errors = Array.from(expected, (b, i) => Math.abs(values[i] - b) / Math.max(1, Math.abs(b)));
  return errors.every(Number.isFinite) ? Math.max(0, ...errors) : Number.POSITIVE_INFINITY;
}

/** The same against a case of PyTorch's. */
function goldenDeviation(one: LayerCase, layer: Layer, differences?: Differences): number {
  return tf.tidy(() => {
    const { Y, dX, grads, dState } = run(one, layer, differences);
    const own = (name: string) => differences?.names?.[name] ?? name;
    const errors = Object.entries(one.grads).map(([name, expected]) =>
      errorOf(tf.mul(grads[`d${own(name)}`], samplesIn(Y)), flat(expected)),
    );
    for (const [name, expected] of Object.entries(one.dState ?? {})) {
      errors.push(errorOf(dState![name.replace(/0$/, '')], flat(expected)));
    }
    return Math.max(...errors, one.dX ? errorOf(dX, flat(one.dX)) : 0);
  });
}

/** A wrong backward, of what the right one gives, or of the right one on something wrong. */
export type Mistake = (
  right: Backward,
  dY: Tensor,
  // biome-ignore lint/suspicious/noExplicitAny: each layer has its own cache
  cache: any,
  given: Given,
  back: Layer['backward'],
  dState?: Params,
) => Partial<Backward>;

export interface Planting {
  readonly kind: string;
  readonly layerOf: (config: LayerCase['config']) => Layer;
  /** Layers of the kind, each with what it is tried on. */
  readonly situations: readonly (readonly [Layer, Situation])[];
  readonly mistakes: Readonly<Record<string, Mistake>>;
  readonly differences?: Differences;
}

const planted = (layer: Layer, mistake: Mistake): Layer => ({
  ...layer,
  backward: (dY, given, cache, dState) => {
    const right = layer.backward(dY, given, cache, dState);
    return { ...right, ...mistake(right, dY, cache, given, layer.backward, dState) };
  },
});

/** The layer's backward is its differences, and each mistake is seen by them and by PyTorch. */
export function describePlanted({
  kind,
  layerOf,
  situations,
  mistakes,
  differences,
}: Planting): void {
  describe(`${kind}, in double precision`, () => {
    beforeAll(async () => {
      await useBackend('float64');
    });
    test.each(
      situations.map(
        ([layer, situation]) => [JSON.stringify(situation), layer, situation] as const,
      ),
    )('backward is differences of forward: %s', (_, layer, situation) => {
      expect(deviation(layer, situation)).toBeLessThan(1e-8);
    });
    test.each(Object.entries(mistakes))('planted: %s', (_, mistake) => {
      const seen = situations.map(([layer, one]) => deviation(planted(layer, mistake), one));
      expect(Math.max(...seen)).toBeGreaterThan(1e-4);
      const golden = casesOf(kind).map((one) =>
        goldenDeviation(one, planted(layerOf(one.config), mistake), differences),
      );
      if (golden.length > 0) expect(Math.max(...golden)).toBeGreaterThan(1e-4);
    });
  });
}
