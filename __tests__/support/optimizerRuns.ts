import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { compile } from '../../src/compiled/compile.js';
import type { Step } from '../../src/compiled/step.js';
import type { Optimizer } from '../../src/core/optimizers.js';
import { pure } from '../../src/core/pure.js';
import { reduceOnPlateau } from '../../src/core/schedules.js';
import { matrix, type Params } from '../../src/core/tensors.js';
import { checkUpdate, type RuleOptions } from '../../src/oracle/updates/checkUpdate.js';
import { onEachBackend } from './backends.js';
import { golden } from './goldens.js';
import { type Rows, toTensor } from './matrices.js';

/*
 * What every optimizer is held to: PyTorch's and Keras's runs, a recording, the oracle, and a learning
 * rate that falls on a plateau.
 */

interface Run {
  readonly name: string;
  readonly kind: string;
  readonly convention: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly W: Rows[];
  readonly b: Rows[];
}

const regression = golden<Record<'X' | 'Y' | 'W0' | 'b0', Rows> & { steps: number[]; runs: Run[] }>(
  'optimizerRuns',
);

export const runsOf = (kind: string): Run[] => regression.runs.filter((run) => run.kind === kind);

const start = (): Params => ({ W: toTensor(regression.W0), b: toTensor(regression.b0) });

/** dW = 1/m (W X + b - Y) Xᵀ, and db. */
function gradientsOf({ W, b }: Params, X: tf.Tensor2D, Y: tf.Tensor2D) {
  const dZ = tf.sub<tf.Tensor2D>(tf.add(tf.matMul(W as tf.Tensor2D, X), b), Y);
  const m = X.shape[1];
  return { dW: tf.div(tf.matMul(dZ, X, false, true), m), db: tf.div(tf.sum(dZ, 1, true), m) };
}

/** max |a - b| / max(1, |b|) */
const farthest = (actual: tf.Tensor, expected: ArrayLike<number>): number =>
  Array.from(actual.dataSync()).reduce(
    (max, a, i) => Math.max(max, Math.abs(a - expected[i]) / Math.max(1, Math.abs(expected[i]))),
    0,
  );

interface Proofs {
  readonly kind: string;
  /** The optimizer of a run's config, as the run's convention has it. */
  of(config: Readonly<Record<string, unknown>>, convention: string): Optimizer;
  /** Options of the oracle's rule, and the optimizer that it is to prove. */
  readonly oracle?: readonly (readonly [RuleOptions, Optimizer])[];
  /** On a schedule. */
  on?(learningRate: ReturnType<typeof reduceOnPlateau>): Optimizer;
}

export function proves({ kind, of, oracle = [], on }: Proofs): void {
  const runs = runsOf(kind).map((run) => [run.name, run] as const);
  test('there are runs', () => expect(runs.length).toBeGreaterThan(0));

  onEachBackend((backend) => {
    const bound = backend === 'float64' ? 1e-12 : 1e-5;
    const { X, Y, steps } = regression;

    test.each(runs)('%s, 50 steps', (_, { config, convention, W, b }) => {
      const { start: begin, update } = of(config, convention);
      tf.tidy(() => {
        let params = start();
        let state = begin(params);
        for (let t = 1; t <= 50; t++) {
          const grads = gradientsOf(params, toTensor(X), toTensor(Y));
          ({ params, state } = update(params, grads, state));
          const at = steps.indexOf(t);
          if (at < 0) continue;
          expect(farthest(params.W, W[at].flat())).toBeLessThanOrEqual(bound);
          expect(farthest(params.b, b[at].flat())).toBeLessThanOrEqual(bound);
        }
      });
    });

    if (backend === 'native' || backend === 'wasm') {
      test.each(runs)('%s, recorded', async (_, { config, convention }) => {
        const optimizer = of(config, convention);
        const step: Step = pure(({ W, b, ...state }, X, Y) => {
          const params = { W, b };
          const grads = gradientsOf(params, X as tf.Tensor2D, Y as tf.Tensor2D);
          const next = optimizer.update(params, grads, state);
          return { ...next.params, ...next.state };
        });
        const begin = () => ({ ...start(), ...optimizer.start(start()) });
        const [X2, Y2] = [toTensor(X), toTensor(Y)];
        const replay = await compile(step, begin(), X2, Y2, {});
        if ('refused' in replay) throw new Error(replay.refused);
        const recorded = replay.run(begin(), 50);
        let plain: Params = begin();
        for (let i = 0; i < 50; i++) plain = tf.tidy(() => ({ ...step(plain, X2, Y2) }));
        replay.dispose();
        for (const [name, P] of Object.entries(plain)) {
          const expected = P.dataSync();
          if (backend === 'wasm') expect(recorded[name].dataSync()).toEqual(expected);
          else expect(farthest(recorded[name], expected)).toBeLessThan(1e-5);
        }
      });
    }

    if (on) {
      test('α is at(t) times the factor of the state, which stays as it is', () => {
        const learningRate = 0.25;
        const schedule = reduceOnPlateau({ learningRate, factor: 0.5, minLearningRate: 0.1 });
        const optimizer = on(schedule);
        expect(optimizer.schedule?.plateau).toMatchObject({ factor: 0.5, patience: 10 });
        const params = start();
        const grads = { dW: tf.onesLike(params.W), db: tf.neg(tf.onesLike(params.b)) };
        const state = optimizer.start(params);
        expect([...state.factor.dataSync()]).toEqual([1]);
        const moved = (factor: number) => {
          const from = { ...state, factor: matrix([factor], [1, 1]) };
          const next = optimizer.update(params, grads, from);
          expect(next.state.factor.dataSync()[0]).toBe(factor);
          expect(next.state.factor).not.toBe(from.factor);
          return tf.sub(next.params.b, params.b).dataSync()[0];
        };
        const whole = moved(1);
        expect(moved(0.5) / whole).toBeCloseTo(0.5, 4);
        expect(moved(0.25) / whole).toBeCloseTo(0.4, 4); // at least 0.1
      });
    }
  });

  if (oracle.length === 0) return;
  describe('the oracle', () => {
    test.each(oracle.map(([rule, optimizer]) => [JSON.stringify(rule), rule, optimizer] as const))(
      '%s',
      (_, rule, { update, start }) => {
        const report = checkUpdate(update, { ...rule, start });
        expect(report).toMatchObject({ passed: true, steps: 20, wrong: [] });
        expect(report.maxRelativeError).toBeLessThan(1e-10);
      },
    );
  });
}
