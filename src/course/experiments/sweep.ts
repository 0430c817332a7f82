import * as tf from '@tensorflow/tfjs-core';
import { flower, planarMatrices } from '../../data/planar.js';
import { candidateGrid, type SweepResult, sweep as train } from '../../training/sweep.js';
import type { Experiment } from '../experiment.js';
import { bestFirst, sweepFigures } from '../sweepFigures.js';

const learningRates = [0.01, 0.1, 1, 10, 100];
const [smallest, largest] = [learningRates[0], learningRates[learningRates.length - 1]];
const iterations = 200;

/**
 * The last cost by learning rate and sizes, computed by scripts/goldens/sweep.py. Above a learning rate
 * of 1 descent amplifies the last bit of a number, and there is none to compare with.
 */
export const costsElsewhere: Readonly<Record<string, number>> = {
  '0.01, 2-2-1': 0.702006,
  '0.01, 2-8-1': 0.622887,
  '0.01, 2-2-2-1': 0.699228,
  '0.01, 2-8-8-1': 0.658396,
  '0.1, 2-2-1': 0.603721,
  '0.1, 2-8-1': 0.446599,
  '0.1, 2-2-2-1': 0.646727,
  '0.1, 2-8-8-1': 0.413608,
  '1, 2-2-1': 0.573707,
  '1, 2-8-1': 0.306917,
  '1, 2-2-2-1': 0.580274,
  '1, 2-8-8-1': 0.278295,
};

export const sweep: Experiment = {
  name: 'sweep',
  note: '003',
  title: 'Parameters against hyperparameters',
  text: [
    'Parameters are what training finds: W and b of every layer. Hyperparameters are what decides how it finds them, and are chosen before: the learning rate, the iterations, the hidden layers, their units, their activation. No equation gives them; one tries several, and takes what does best on samples that were not trained on.',
    'Here each learning rate meets each size, on the flower. All networks start from one `seed`, are trained for 200 iterations and scored on a second flower. With 0.01 they hardly move. With 100 each step overshoots and the cost jumps. The best lies between. `handgrad tune` does it for your own data, and chooses by a validation set.',
  ],
  equations: [
    String.raw`W^{[l]} := W^{[l]} - \alpha \, dW^{[l]}, \quad b^{[l]} := b^{[l]} - \alpha \, db^{[l]}`,
  ],
  code: [{ file: 'training/sweep.ts', names: ['candidateGrid', 'sweep', 'score'] }],
  run: async ({ exact, signal, onProgress }) => {
    const known = planarMatrices(flower());
    const held = planarMatrices(flower({ seed: 2 }));
    const candidates = candidateGrid({ learningRates, depths: [1, 2], widths: [2, 8] });
    const results: SweepResult[] = [];
    try {
      for await (const result of train(candidates, known, held, {
        iterations,
        signal,
        onProgress,
      })) {
        results.push(result);
      }
    } finally {
      tf.dispose([{ ...known }, { ...held }]);
    }
    const best = bestFirst(results)[0].candidate.learningRate;
    const costs = results.map((result) => [nameOf(result), result.cost] as const);
    return {
      found: {
        runs: results.length,
        costs: Object.fromEntries(costs.filter(([name]) => name in costsElsewhere)),
        bestIsAtAnEdge: Number(best === smallest || best === largest),
        jumpingRuns: {
          [smallest]: jumping(results, smallest),
          [largest]: jumping(results, largest),
        },
      },
      expected: {
        runs: { value: 5 * 2 * 2, within: 0 },
        costs: { value: costsElsewhere, within: exact ? 5.1e-7 : 1e-4 },
        bestIsAtAnEdge: { value: 0, within: 0 },
        jumpingRuns: { value: { [smallest]: 0, [largest]: 4 }, within: 0 },
      },
      blocks: sweepFigures(results),
    };
  },
};

/** Such as 0.1, 2-8-8-1. */
const nameOf = ({ candidate: { learningRate, depth, width } }: SweepResult) =>
  `${learningRate}, ${[2, ...new Array<number>(depth).fill(width), 1].join('-')}`;

/** How many runs at this learning rate have a cost that rises. */
const jumping = (results: readonly SweepResult[], learningRate: number) =>
  results.filter(
    ({ candidate, costs }) =>
      candidate.learningRate === learningRate &&
      costs.some(([, cost], i) => i > 0 && cost > costs[i - 1][1]),
  ).length;
