import * as tf from '@tensorflow/tfjs-core';
import { sigmoid, tanh } from '../../core/activations.js';
import { type Initializer, normal, zeros } from '../../core/initializers.js';
import { flower, planarMatrices } from '../../data/planar.js';
import type { Series } from '../../report/charts.js';
import { DeepNeuralNetwork } from '../../training/deepNeuralNetwork.js';
import * as report from '../blocks.js';
import type { Experiment, Setting } from '../experiment.js';

const iterations = 1000;
const every = 10;

/** The same weight everywhere: no unit is told from another. */
const equal: Initializer = {
  name: 'equal',
  initialize: (n, nPrev) => tf.fill([n, nPrev], 0.5),
};

export const symmetry: Experiment = {
  name: 'symmetry',
  note: '003',
  title: 'Why weights must not start equal',
  text: [
    'Units that start with the same weights compute the same value, get the same gradient and stay the same, however long they are trained: four of them are no more than one. From zero nothing moves but the last bias. A little randomness breaks the symmetry.',
    'The curves show the largest distance between the weights of two hidden units of a 2-4-1 network on the flower.',
  ],
  equations: [
    String.raw`w_i^{[1]} = w_j^{[1]} \;\Rightarrow\; a_i^{[1]} = a_j^{[1]} \;\Rightarrow\; dw_i^{[1]} = dw_j^{[1]}`,
  ],
  code: [{ file: 'core/initializers.ts', names: ['zeros', 'normal'] }],
  run: async (setting) => {
    const starts: [string, Initializer][] = [
      ['zeros', zeros],
      ['all weights 0.5', equal],
      ['randn * 0.01', normal(0.01)],
    ];
    const series: Series[] = [];
    const spread: Record<string, number> = {};
    for (const [k, [name, initializer]] of starts.entries()) {
      const points = await spreads(initializer, {
        ...setting,
        onProgress: (share) => setting.onProgress((k + share) / starts.length),
      });
      spread[name] = points.at(-1)![1];
      series.push({ name, points });
    }
    const { zeros: ofZeros, 'all weights 0.5': ofEqual, 'randn * 0.01': ofRandom } = spread;
    return {
      found: { spreadFromZeros: ofZeros, spreadFromEqual: ofEqual, spreadFromRandom: ofRandom },
      expected: {
        spreadFromZeros: { value: 0, within: 0 },
        spreadFromEqual: { value: 0, within: setting.exact ? 0 : 1e-6 },
      },
      blocks: [
        report.lineChart({
          title: 'How far the hidden units are apart',
          alt: 'Only the random start leaves zero: its units move apart within some hundred iterations.',
          x: { title: 'iteration' },
          y: { title: 'largest distance of two weights' },
          series,
        }),
      ],
    };
  },
};

/** The largest distance between two rows of W1, by iteration. */
async function spreads(
  initializer: Initializer,
  { signal, onProgress }: Setting,
): Promise<[number, number][]> {
  const { X, Y } = planarMatrices(flower());
  const model = new DeepNeuralNetwork([2, 4, 1], [tanh, sigmoid], { initializer, seed: 3 });
  const spread = () => {
    const { W1 } = model.parameters;
    const distance = tf.tidy(() => tf.max(tf.sub(tf.max(W1, 0), tf.min(W1, 0))));
    const [value] = distance.dataSync();
    distance.dispose();
    return value;
  };
  const points: [number, number][] = [[0, spread()]];
  await model.fit(X, Y, {
    iterations,
    learningRate: 1.2,
    signal,
    onProgress: ({ done, total }) => onProgress(done / total),
    callbackEvery: every,
    onEpochEnd: (i) => points.push([i + 1, spread()]),
  });
  model.dispose();
  tf.dispose([X, Y]);
  return points;
}
