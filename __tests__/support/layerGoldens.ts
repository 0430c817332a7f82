import { describe, expect, test } from '@jest/globals';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type Given, type Layer, samplesIn } from '../../src/core/layer.js';
import { mapEntries, type Params, tensor } from '../../src/core/tensors.js';
import { onEachBackend } from './backends.js';
import { golden } from './goldens.js';

/*
 * A layer against PyTorch in double precision: Y, dX, every gradient, running statistics and states.
 * The references are derivatives of Σ Y·dY; a layer's gradients are 1/m of them.
 */

export type Nested = number | readonly Nested[];
type Named = Readonly<Record<string, Nested>>;

export interface LayerCase {
  readonly name: string;
  readonly kind: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly X?: Nested;
  readonly ids?: Nested;
  readonly params?: Named;
  readonly dY: Nested;
  readonly Y: Nested;
  readonly dX?: Nested;
  readonly grads: Named;
  readonly running?: Named;
  readonly updated?: Named;
  readonly U?: Nested;
  readonly state?: Named;
  readonly final?: Named;
  readonly dFinal?: Named;
  readonly dState?: Named;
}

export const { layers: layerCases } = golden<{ layers: LayerCase[] }>('layers');

export const casesOf = (kind: string): LayerCase[] => layerCases.filter((one) => one.kind === kind);

export const flat = (values: Nested): number[] =>
  typeof values === 'number' ? [values] : values.flatMap(flat);

export const shapeOf = (values: Nested): number[] =>
  typeof values === 'number' ? [] : [values.length, ...shapeOf(values[0])];

/** In double precision where the backend has it. */
export const toTensorOf = (values: Nested): Tensor => tensor(flat(values), shapeOf(values));

/** The same shape, and |a - b| ≤ bound · max(1, |b|) for each element. */
export function expectTensor(actual: Tensor, expected: Nested, bound: number): void {
  expect(actual.shape).toEqual(shapeOf(expected));
  const values = actual.dataSync();
  const worst = flat(expected).reduce(
    (max, b, i) => Math.max(max, Math.abs(values[i] - b) / Math.max(1, Math.abs(b))),
    0,
  );
  expect(worst).toBeLessThanOrEqual(bound);
}

export const boundOn = (backend: string): number => (backend === 'float64' ? 1e-12 : 1e-5);

/** What a case calls otherwise than the layer: names of parameters, the layout of Y. */
export interface Differences {
  /** { W1: 'W.1' }: the case's name, the layer's. */
  readonly names?: Readonly<Record<string, string>>;
  /** Whether the reference has the samples of a matrix Y in rows. */
  readonly rows?: boolean;
}

export interface Run {
  readonly given: Given;
  readonly Y: Tensor;
  readonly updated?: Params;
  readonly state?: Params;
  readonly dX: Tensor;
  readonly grads: Params;
  readonly dState?: Params;
}

/** Forward and backward of a case. */
export function run(one: LayerCase, layer: Layer, { names = {}, rows }: Differences = {}): Run {
  const own = (named: Named = {}) =>
    Object.fromEntries(
      Object.entries(named).map(([name, P]) => [names[name] ?? name, toTensorOf(P)]),
    );
  const turned = (M: Tensor) => (rows && M.rank === 2 ? tf.transpose(M) : M);
  const strip0 = (named: Params) => mapEntries(named, (name, P) => [name.replace(/0$/, ''), P]);
  const X = one.ids ? tf.cast(toTensorOf(one.ids), 'int32') : toTensorOf(one.X!);
  const given: Given = {
    params: { ...own(one.params), ...own(one.running) },
    training: (one.config.training as boolean | undefined) ?? true,
    ...(one.U !== undefined && { noise: { U: toTensorOf(one.U) } }),
    ...(one.state && { state: strip0(own(one.state)) }),
  };
  const { Y, cache, updated, state } = layer.forward(X, given);
  const dFinal = one.dFinal && own(one.dFinal);
  const { dX, grads, dState } = layer.backward(turned(toTensorOf(one.dY)), given, cache, dFinal);
  return { given, Y, updated, state, dX: one.dX ? dX() : tf.scalar(0), grads, dState };
}

/** Runs every case of a kind on every backend. */
export function describeGoldens(
  kind: string,
  layerOf: (config: LayerCase['config']) => Layer,
  differences: Differences = {},
  cases: readonly LayerCase[] = casesOf(kind),
): void {
  const { names = {}, rows } = differences;
  onEachBackend((backend) => {
    const bound = boundOn(backend);
    describe(`${kind}, as PyTorch has it`, () => {
      test.each(cases.map((one) => [one.name, one] as const))('%s', (_, one) => {
        tf.tidy(() => {
          const { Y, dX, grads, updated, state, dState } = run(
            one,
            layerOf(one.config),
            differences,
          );
          const m = samplesIn(Y);
          expectTensor(rows && Y.rank === 2 ? tf.transpose(Y) : Y, one.Y, bound);
          if (one.dX) expectTensor(dX, one.dX, bound);
          const own = (name: string) => names[name] ?? name;
          expect(Object.keys(grads).sort()).toEqual(
            Object.keys(one.grads)
              .map((name) => `d${own(name)}`)
              .sort(),
          );
          for (const [name, expected] of Object.entries(one.grads)) {
            expectTensor(tf.mul(grads[`d${own(name)}`], m), expected, bound);
          }
          for (const [name, expected] of Object.entries(one.updated ?? {})) {
            if (name.includes('Unbiased')) continue; // PyTorch's; ours is Keras's
            expectTensor(updated![own(name)], expected, bound);
          }
          for (const [name, expected] of Object.entries(one.final ?? {})) {
            expectTensor(state![name], expected, bound);
          }
          for (const [name, expected] of Object.entries(one.dState ?? {})) {
            expectTensor(dState![name.replace(/0$/, '')], expected, bound);
          }
        });
      });
    });
  });
}
