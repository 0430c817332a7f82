import { describe, expect, test } from '@jest/globals';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../../src/core/errors.js';
import { zeros } from '../../src/core/initializers.js';
import { batchShape, isPureLayer, type Layer } from '../../src/core/layer.js';
import type { RecurrentOptions } from '../../src/core/layers/recurrent.js';
import { RandomState } from '../../src/core/random.js';
import { mapEntries, type Params, tensor } from '../../src/core/tensors.js';
import { onEachBackend } from './backends.js';
import { boundOn, describeGoldens, expectTensor, type LayerCase } from './layerGoldens.js';
import { describePlanted, type Mistake } from './plantedInLayers.js';

/*
 * What simpleRnn, gru and lstm promise alike: PyTorch's numbers, those of a plain loop over numbers,
 * differences, and that a sequence may be read in pieces.
 */

type Row = number[];
type Rows = readonly Row[];

/** The state of one sample after one more step, by the formulas. */
export type Step = (
  x: Row,
  state: Readonly<Record<string, Row>>,
  params: Readonly<Record<string, Rows>>,
  u: number,
) => Readonly<Record<string, Row>>;

interface Recurrent<Options extends RecurrentOptions> {
  readonly kind: string;
  readonly make: (options: Options) => Layer;
  /** Sets of options, beside units and returnSequences. */
  readonly variants: readonly Omit<Options, 'units'>[];
  readonly step: (options: Options) => Step;
  readonly mistakes: Readonly<Record<string, Mistake>>;
}

/** z Σ_k x_k W_kj + b_j, for the columns j of W. */
export const affine = (x: Row, W: Rows, b?: Rows): Row =>
  W[0].map((_, j) => x.reduce((sum, v, k) => sum + v * W[k][j], b?.[0][j] ?? 0));
export const plus = (a: Row, b: Row): Row => a.map((v, j) => v + b[j]);
export const sigma = (z: number) => 1 / (1 + Math.exp(-z));
/** The columns j u to (j + 1) u. */
export const block = (z: Row, j: number, u: number): Row => z.slice(j * u, (j + 1) * u);

/** A case's config without what is an input. */
const optionsOf = <Options>({ initialState: _, ...options }: LayerCase['config']) =>
  options as unknown as Options;

export function describeRecurrent<Options extends RecurrentOptions>(
  recurrent: Recurrent<Options>,
): void {
  const { kind, make, variants, step, mistakes } = recurrent;
  const layerOf = (config: LayerCase['config']) => make(optionsOf<Options>(config));
  describeGoldens(kind, layerOf, { rows: true });
  const all = variants.flatMap((more) =>
    [true, false].map((returnSequences) => ({ units: 2, returnSequences, ...more }) as Options),
  );
  describePlanted({
    kind,
    layerOf,
    situations: all.map((options) => [make(options), { input: [3, 2], m: 2 }]),
    mistakes,
    differences: { rows: true },
  });

  onEachBackend((backend) => {
    const bound = boundOn(backend);
    describe.each(all.map((options) => [JSON.stringify(options), options] as const))(
      `${kind} %s`,
      (_, options) => {
        test.each([
          [1, 1, 1, 1],
          [4, 7, 3, 5],
          [2, 12, 1, 2],
        ])('as a loop over numbers, m %i, T %i, d %i, u %i', (m, T, d, u) => {
          tf.tidy(() => {
            const layer = make({ ...options, units: u });
            const { X, given } = drawn(layer, m, T, d);
            const { Y, state } = layer.forward(X, given);
            expect(Y.shape).toEqual(batchShape(layer.output([T, d]), m));
            const params = rowsOf(given.params);
            const start = rowsOf(given.state);
            const xs = X.arraySync() as number[][][];
            const samples = xs.map((sequence, i) => {
              let now: Readonly<Record<string, Row>> = Object.fromEntries(
                Object.entries(start).map(([name, rows]) => [name, rows[i]]),
              );
              const h = sequence.map((x) => {
                now = step(options)(x, now, params, u);
                return now.h;
              });
              return { h, now };
            });
            const sequences = samples.map(({ h }) => h);
            const inRows = options.returnSequences ? Y : tf.transpose(Y);
            const outputs = sequences.map((h) => h[T - 1]);
            expectTensor(inRows, options.returnSequences ? sequences : outputs, bound);
            for (const [name, P] of Object.entries(state!)) {
              const last = samples.map(({ now }) => now[name]);
              expectTensor(P, last, bound);
            }
          });
        });

        test('a sequence may be read in pieces, forward and backward', () => {
          tf.tidy(() => {
            const layer = make({ ...options, returnSequences: true });
            const [m, T, d, cut] = [2, 6, 2, 4];
            const { X, given, random } = drawn(layer, m, T, d);
            const { Y, cache, state } = layer.forward(X, given);
            const dY = normal(random, Y.shape);
            const whole = layer.backward(dY, given, cache, state);
            const [X1, X2] = tf.split(X, [cut, T - cut], 1);
            const [dY1, dY2] = tf.split(dY, [cut, T - cut], 1);
            const first = layer.forward(X1, given);
            const then = { ...given, state: first.state };
            const second = layer.forward(X2, then);
            const back2 = layer.backward(dY2, then, second.cache, state);
            const back1 = layer.backward(dY1, given, first.cache, back2.dState);
            const inTwo = { Y: tf.concat([first.Y, second.Y], 1), ...second.state };
            expectSame(inTwo, { Y, ...state }, bound);
            const sums = mapEntries(back1.grads, (name, P) => [name, tf.add(P, back2.grads[name])]);
            const dX = tf.concat([back1.dX(), back2.dX()], 1);
            expectSame(
              { dX, ...sums, ...back1.dState },
              { dX: whole.dX(), ...whole.grads, ...whole.dState },
              bound,
            );
          });
        });
      },
    );

    test(`${kind} starts from zero, and saturated units have finite gradients`, () => {
      tf.tidy(() => {
        const layer = make({ units: 2, ...variants[0] } as Options);
        const { X, given } = drawn(layer, 2, 3, 2);
        const zero = mapEntries(given.state, (name, P) => [name, tf.zerosLike(P)]);
        const { state: _, ...without } = given;
        const fromZero = layer.forward(X, { ...given, state: zero });
        expectSame(layer.forward(X, without).state!, fromZero.state!, 0);
        const far = layer.forward(tf.mul(X, 1000), without);
        const { grads, dX } = layer.backward(far.Y, without, far.cache);
        for (const P of [far.Y, dX(), ...Object.values(grads)]) {
          expect([...P.dataSync()].every(Number.isFinite)).toBe(true);
        }
      });
    });
  });

  test('config makes the same layer again', () => {
    for (const options of all) {
      const { kind: name, config } = make(options);
      expect([name, config]).toEqual([kind, expect.objectContaining({ ...options })]);
      expect(make(config as unknown as Options).config).toEqual(config);
    }
  });

  test('its parameters have the shapes that they start in; the weights decay; it is pure', () => {
    for (const options of all) {
      const layer = make({ ...options, units: 5 });
      expect(isPureLayer(layer)).toBe(true);
      const parameters = Object.entries(layer.parameters([7, 4]));
      for (const [name, { shape, initialize, decays = false }] of parameters) {
        const P = initialize(new RandomState(1));
        expect(P.shape).toEqual(shape);
        expect(decays).toBe(name.startsWith('W'));
        P.dispose();
      }
      expect(Object.values(layer.state!([7, 4]))[0]).toEqual([5]);
    }
  });

  test('Wh starts with orthonormal rows, Wx as in Keras; either may start otherwise', () => {
    const start = (options: Partial<RecurrentOptions>) => {
      const layer = make({ ...all[0], units: 5, ...options });
      const { Wx, Wh } = layer.parameters([7, 4]);
      return [Wx, Wh].map(({ initialize }) => initialize(new RandomState(1)));
    };
    tf.tidy(() => {
      const [Wx, Wh] = start({});
      expectTensor(tf.matMul(Wh, Wh, false, true), tf.eye(5).arraySync(), 1e-5);
      const limit = Math.sqrt(6 / (4 + Wx.shape[1]!));
      const largest = Math.max(...[...Wx.dataSync()].map(Math.abs));
      expect(largest).toBeLessThanOrEqual(limit);
      expect(largest).toBeGreaterThan(0.8 * limit);
      const other = start({ initializer: zeros, recurrentInitializer: zeros });
      expect(other.map((W) => Math.max(...W.dataSync()))).toEqual([0, 0]);
    });
  });

  test.each([
    [{ units: 0 }, `${kind}: units is 0; give a whole number from 1.`],
    [{ units: 2.5 }, `${kind}: units is 2.5; give a whole number from 1.`],
    [{ units: '3' }, `${kind}: units is the string '3'; give a whole number from 1.`],
    [{}, `${kind}: units is undefined; give a whole number from 1.`],
    [{ units: 2, returnSequences: 'no' }, `${kind}: returnSequences is the string 'no'; give true`],
    [{ units: 2, useBias: 1 }, `${kind}: useBias is 1; give true or false.`],
    [{ units: 2, returnSequence: true }, `${kind}: unknown option returnSequence. Did you mean`],
    [{ units: 2, initializer: 'he' }, `${kind}: the initializer is the string 'he'; import { he }`],
    [{ units: 2, recurrentInitializer: {} }, `${kind}: the recurrentInitializer is an object`],
  ])('%j is refused', (options, message) => {
    expect(() => make(options as unknown as Options)).toThrow(ValueError);
    expect(() => make(options as unknown as Options)).toThrow(message);
  });

  test.each([[[5]], [[28, 28, 1]]])('an input of the shape %j is refused', (shape) => {
    expect(() => make({ units: 2 } as Options).output(shape)).toThrow(ShapeError);
    expect(() => make({ units: 2 } as Options).output(shape)).toThrow(
      `a sequence of T steps with d features, [T, d], is needed, and not ${shape.join('x')}.`,
    );
  });
}

const normal = (random: RandomState, shape: readonly number[]) =>
  tensor(random.randn(shape.reduce((size, side) => size * side, 1)), shape);

function drawn(layer: Layer, m: number, T: number, d: number) {
  const random = new RandomState(m + T);
  const of = (entries: [string, readonly number[]][]): Params =>
    Object.fromEntries(entries.map(([name, shape]) => [name, normal(random, shape)]));
  const shapes = Object.entries(layer.parameters([T, d])).map(
    ([name, { shape }]): [string, readonly number[]] => [name, shape],
  );
  const states = Object.entries(layer.state!([T, d])).map(
    ([name, shape]): [string, readonly number[]] => [name, [m, ...shape]],
  );
  const given = { params: of(shapes), training: true, state: of(states) };
  return { X: normal(random, [m, T, d]), given, random };
}

const rowsOf = (named: Params): Record<string, number[][]> =>
  Object.fromEntries(
    Object.entries(named).map(([name, P]) => [
      name,
      (P.rank === 1 ? [P.arraySync()] : P.arraySync()) as number[][],
    ]),
  );

function expectSame(actual: Params, expected: Params, bound: number): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, P] of Object.entries(expected)) {
    expectTensor(actual[name], P.arraySync() as number[][], bound);
  }
}

/** All steps of one thing in the cache, made into something wrong. */
export const eachStep = (cache: { ofCell: object[] }, wrong: (step: Params) => object) => ({
  ...cache,
  ofCell: cache.ofCell.map((step) => ({ ...step, ...wrong(step as Params) })),
});

/** Mistakes that each of the three can have. */
export const commonMistakes: Readonly<Record<string, Mistake>> = {
  'Wh is not transposed': (_right, dY, cache, given, back, dState) => {
    const { Wh } = given.params;
    const [u, columns] = Wh.shape as [number, number];
    const blocks = tf.split(Wh, columns / u, 1).map((P: Tensor) => tf.transpose(P));
    const params = { ...given.params, Wh: tf.concat(blocks, 1) };
    return back(dY, { ...given, params }, cache, dState);
  },
  'nothing comes through Wh from the next step': (_right, dY, cache, given, back, dState) => {
    const params = { ...given.params, Wh: tf.zerosLike(given.params.Wh) };
    return back(dY, { ...given, params }, cache, dState);
  },
  'h_t in place of h_{t-1}': (_right, dY, cache, given, back, dState) =>
    back(
      dY,
      given,
      eachStep(cache, ({ h }) => ({ hPrev: h })),
      dState,
    ),
  'the steps of X in reverse': (_right, dY, cache, given, back, dState) => {
    const XInTime = tf.reverse(cache.XInTime, 0);
    const { dX: _, ...rest } = back(dY, given, { ...cache, XInTime }, dState);
    return rest;
  },
  'dX keeps the steps first': ({ dX }) => ({
    dX: () => tf.reshape(tf.transpose(dX(), [1, 0, 2]), dX().shape),
  }),
  'the mean over the steps too': ({ grads }, _dY, { XInTime }) => ({
    grads: mapEntries(grads, (name, P) => [name, tf.div(P, XInTime.shape[0])]),
  }),
  'no 1/m in dWh': ({ grads }, _dY, { XInTime }) => ({
    grads: { ...grads, dWh: tf.mul(grads.dWh, XInTime.shape[1]) },
  }),
  'a flipped sign in dWx': ({ grads }) => ({ grads: { ...grads, dWx: tf.neg(grads.dWx) } }),
  'dh of the first state is the zero that it started from': ({ dState }) => ({
    dState: { ...dState, h: tf.zerosLike(dState!.h) },
  }),
};
