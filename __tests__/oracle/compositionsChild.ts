/*
 * Run as a process of its own: checks random networks of all layers, which are right, and prints
 * what came of it as JSON. Usage: node --import tsx compositionsChild.ts FIRST_SEED COUNT
 */
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from '../../src/core/tensors.js';
import { FLOAT64 } from '../../src/float64/index.js';
import { autodiff } from '../../src/oracle/autodiff.js';
import { checkNetwork, subjectOf } from '../../src/oracle/check.js';
import { scratch } from '../../src/oracle/scratch.js';
import { type Composition, compose } from './compositions.js';

export interface CompositionRun {
  networks: number;
  /** What was said against a network. */
  accusations: string[];
  /** ‖hand - autodiff‖ / max(‖autodiff‖, 1e-3) over all gradients of a network, the largest. */
  handToAutodiff: number;
  /** The largest relative errors of an element. */
  handToDifferences: number;
  autodiffToDifferences: number;
  checked: { autodiff: number; differences: number; directions: number };
  skipped: number;
  /** How many networks have it. */
  has: Record<string, number>;
}

await tf.setBackend(FLOAT64);
const [first, count] = process.argv.slice(2).map(Number);
const run: CompositionRun = {
  networks: 0,
  accusations: [],
  handToAutodiff: 0,
  handToDifferences: 0,
  autodiffToDifferences: 0,
  checked: { autodiff: 0, differences: 0, directions: 0 },
  skipped: 0,
  has: {},
};
for (let seed = first; seed < first + count; seed++) await checkOne(seed);
console.log(JSON.stringify(run));

async function checkOne(seed: number): Promise<void> {
  const composition = compose(seed);
  const { net, params, X, Y, training, dX, has, title } = composition;
  try {
    // One direction over all elements of each parameter, and one element besides in every other network.
    const report = await checkNetwork(net, params, X, Y, { samples: seed % 2, seed, training, dX });
    const wrong = report.parameters.flatMap(({ name, passed, problem, comparisons }) =>
      passed ? [] : [`${name}: ${problem ?? JSON.stringify(comparisons)}`],
    );
    const said = [...wrong, ...report.causes.map(({ sentence }) => sentence)];
    if (!report.passed || said.length > 0) run.accusations.push(`${title}: ${said.join(' ')}`);
    run.handToAutodiff = Math.max(run.handToAutodiff, normwise(composition));
    for (const { comparisons } of report.parameters) {
      for (const name of ['handToDifferences', 'autodiffToDifferences'] as const) {
        run[name] = Math.max(run[name], comparisons[name] ?? 0);
      }
    }
    for (const name of ['autodiff', 'differences', 'directions'] as const) {
      run.checked[name] += report.checked[name];
    }
    run.skipped += report.skipped;
  } catch (error) {
    run.accusations.push(`${title}: ${(error as Error).stack}`);
  }
  run.networks++;
  for (const name of has) run.has[name] = (run.has[name] ?? 0) + 1;
  tf.dispose([params, X, Y]);
}

/** Where a gradient is 0 by itself, as that of what a norm takes away, there is nothing but rounding. */
function normwise({ net, params, X, Y, dX, training }: Composition): number {
  return scratch(() => {
    const subject = subjectOf(net, { params, X, Y }, { dX, training });
    const own = subject.params as Params;
    const hand = subject.backward(tf, own, X, Y, subject.forward(tf, own, X, Y).cache);
    const oracle = autodiff((P) => subject.forward(tf, P, X, Y).cost as Scalar, own);
    const length = (Ps: Tensor[]) => Math.hypot(...Ps.map((P) => tf.norm(P).dataSync()[0]));
    const apart = Object.entries(oracle).map(([name, dP]) => tf.sub(hand[name], dP));
    return length(apart) / Math.max(length(Object.values(oracle)), 1e-3);
  });
}
