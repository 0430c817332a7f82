import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { matrix } from '../../core/tensors.js';
import * as g from '../activations.js';
import * as report from '../blocks.js';
import type { Experiment } from '../experiment.js';

type Curve = readonly [name: string, f: (Z: Tensor2D) => Tensor2D];

const sigmoids: readonly Curve[] = [
  ['σ(z)', g.sigmoid],
  ["σ'(z)", g.sigmoidDerivative],
];
const tanhs: readonly Curve[] = [
  ['tanh z', g.tanh],
  ["tanh' z", g.tanhDerivative],
];
const relus: readonly Curve[] = [
  ['relu z', g.relu],
  ["relu' z", g.reluDerivative],
];
const leaky: readonly Curve[] = [
  ['leaky relu z', g.leakyRelu],
  ["leaky relu' z", g.leakyReluDerivative],
];

export const activationPlots: Experiment = {
  name: 'activations',
  note: '003',
  title: 'Activations and their derivatives',
  text: [
    'Without a non-linear function between them two layers are one. A sigmoid belongs to the output of a two-class network; in hidden layers tanh is better, since its values lie about 0; relu is the usual choice, since its slope does not fade where z is large; leaky relu keeps a slope of 0.01 where z is below 0.',
    'The softmax of a column gives the probabilities of the classes of one sample: the sums run over the rows, for samples are columns here.',
  ],
  equations: [
    String.raw`\sigma(z) = \frac{1}{1 + e^{-z}}, \quad \sigma'(z) = \sigma(z)(1 - \sigma(z)), \quad \tanh'(z) = 1 - \tanh^2 z`,
    String.raw`\mathrm{relu}(z) = \max(0, z), \quad \mathrm{leaky}(z) = \max(0.01 z, z), \quad \mathrm{softmax}(z)_k = \frac{e^{z_k}}{\sum_j e^{z_j}}`,
  ],
  code: [
    {
      file: 'core/activations.ts',
      names: ['sigmoid', 'tanh', 'relu', 'leakyRelu', 'softmax'],
    },
  ],
  run: async ({ exact }) => {
    const figures = [
      plot(
        'Sigmoid',
        'An S from 0 to 1; its slope is 0.25 at 0 and fades on both sides.',
        sigmoids,
      ),
      plot('tanh', 'An S from -1 to 1; its slope is 1 at 0 and fades on both sides.', tanhs),
      plot('ReLU', 'Zero up to 0, then z; the slope jumps from 0 to 1.', relus),
      plot('Leaky ReLU', 'A slope of 0.01 up to 0, then of 1.', leaky, [-20, 5]),
    ];
    const z = [2, 1, 0.1];
    const probabilities = at(g.softmax, z, [3, 1]);
    const softmax = report.barChart({
      title: 'Softmax of (2, 1, 0.1)',
      alt: `Three classes with probabilities ${probabilities.map((p) => p.toFixed(3)).join(', ')}.`,
      nameTitle: 'class, with its z',
      valueTitle: 'probability',
      bars: probabilities.map((value, k) => ({ name: `${k}: z = ${z[k]}`, value })),
    });
    const within = exact ? 1e-12 : 1e-6;
    return {
      found: {
        sigmoid: at(g.sigmoid, [0, Math.log(3)]),
        sigmoidDerivative: at(g.sigmoidDerivative, [0, Math.log(3)]),
        tanh: at(g.tanh, [0, Math.log(2)]),
        tanhDerivative: at(g.tanhDerivative, [0, Math.log(2)]),
        relu: at(g.relu, [-2, 3]),
        leakyRelu: at(g.leakyRelu, [-2, 3]),
        softmax: at(g.softmax, [Math.log(1), Math.log(2), Math.log(5)], [3, 1]),
      },
      expected: {
        sigmoid: { value: [1 / 2, 3 / 4], within },
        sigmoidDerivative: { value: [1 / 4, 3 / 16], within },
        tanh: { value: [0, 3 / 5], within },
        tanhDerivative: { value: [1, 16 / 25], within },
        relu: { value: [0, 3], within },
        leakyRelu: { value: [-0.02, 3], within },
        softmax: { value: [1 / 8, 2 / 8, 5 / 8], within },
      },
      blocks: [report.beside(...figures, softmax)],
    };
  },
};

/** f of some z, in a row or a column. */
function at(
  f: (Z: Tensor2D) => Tensor2D,
  z: readonly number[],
  shape: [number, number] = [1, z.length],
): number[] {
  const A = tf.tidy(() => f(matrix(z, shape)));
  const values = Array.from(A.dataSync());
  A.dispose();
  return values;
}

function plot(
  title: string,
  alt: string,
  curves: readonly Curve[],
  [from, to] = [-6, 6],
): report.Block {
  const z = Array.from({ length: 241 }, (_, i) => from + ((to - from) * i) / 240);
  const series = curves.map(([name, f]) => ({
    name,
    points: at(f, z).map((a, i): [number, number] => [z[i], a]),
  }));
  return report.lineChart({ title, alt, x: { title: 'z' }, y: { title: 'value' }, series });
}
