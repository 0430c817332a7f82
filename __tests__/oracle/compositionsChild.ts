/*
 * Run as a process of its own: checks random networks of all layers, which are right, and prints
 * what came of it as JSON. Usage: node --import tsx compositionsChild.ts FIRST_SEED COUNT
 */
import * as tf from '@tensorflow/tfjs-core';
import { FLOAT64 } from '../../src/float64/index.js';
import { checkNetwork } from '../../src/oracle/check.js';
import { compose } from './compositions.js';

export interface CompositionRun {
  networks: number;
  /** What was said against a network. */
  accusations: string[];
  /** The largest relative errors. */
  handToAutodiff: number;
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
  const { net, params, X, Y, training, dX, has, title } = compose(seed);
  try {
    // One direction over all elements of each parameter, and one element besides in every other network.
    const report = await checkNetwork(net, params, X, Y, { samples: seed % 2, seed, training, dX });
    const wrong = report.parameters.flatMap(({ name, passed, problem, comparisons }) =>
      passed ? [] : [`${name}: ${problem ?? JSON.stringify(comparisons)}`],
    );
    const said = [...wrong, ...report.causes.map(({ sentence }) => sentence)];
    if (!report.passed || said.length > 0) run.accusations.push(`${title}: ${said.join(' ')}`);
    for (const { comparisons } of report.parameters) {
      for (const name of [
        'handToAutodiff',
        'handToDifferences',
        'autodiffToDifferences',
      ] as const) {
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
