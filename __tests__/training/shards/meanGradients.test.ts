import { beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { relu, softmax, tanh } from '../../../src/core/activations.js';
import { frozen } from '../../../src/core/frozen.js';
import type { Layer } from '../../../src/core/layer.js';
import { conv2d, dense, dropout, embedding, flatten } from '../../../src/core/layers.js';
import { categoricalCrossEntropy } from '../../../src/core/losses.js';
import { cost, forward, type Network, network } from '../../../src/core/network.js';
import { drawNoise, noiseOf } from '../../../src/core/noise.js';
import { initialize } from '../../../src/core/parameters.js';
import { RandomState } from '../../../src/core/random.js';
import { oneHot } from '../../../src/core/samples.js';
import { mapEntries, type Params, tensor } from '../../../src/core/tensors.js';
import { weighted } from '../../../src/core/weighted.js';
import { autodiff } from '../../../src/oracle/autodiff.js';
import { useBackend } from '../../../src/runtime/backends.js';
import { flatGradients, type Numbers } from '../../../src/training/shards/flat.js';
import { type MeanGradients, meanGradients } from '../../../src/training/shards/meanGradients.js';
import { type Takeable, takeable, takeableRows } from '../../../src/training/shards/takeable.js';
import { onEachBackend } from '../../support/backends.js';

const m = 90;
const loss = categoricalCrossEntropy;
const last = dense(3, softmax);
const table = network({ nX: 6, layers: [dense(7, relu), frozen(dense(5, tanh)), last], loss });
const convolved = [conv2d({ filters: 2, kernelSize: 3, activation: relu }), flatten(), last];
const pictures = network({ input: [4, 4, 1], layers: convolved, loss });
const words = network({ input: [4], layers: [embedding({ inputDim: 9, outputDim: 3 }), flatten(), last], loss }); // biome-ignore format: one line
const heavy = network({ nX: 6, layers: [dense(7, relu), last], loss: weighted(loss) });

const random = () => new RandomState(4);
const labels = () => oneHot(Int32Array.from({ length: m }, (_, i) => (i * i) % 3), 3); // biome-ignore format: one line
const inColumns = () => tensor(random().randn(6 * m), [6, m]);

/** Samples in each of the layouts that a network reads. */
const sets: readonly [string, Network, () => Takeable][] = [
  ['columns', table, () => takeable(table, { X: inColumns(), Y: labels() })],
  ['rows of a network in columns', table, () => takeableRows(table, { rows: tf.transpose(inColumns()), Y: labels() })], // biome-ignore format: one line
  ['pictures', pictures, () => takeable(pictures, { X: tensor(random().randn(16 * m), [m, 4, 4, 1]), Y: labels() })], // biome-ignore format: one line
  ['ids', words, () => takeable(words, { X: tf.tensor2d(random().randint(0, 9, 4 * m), [m, 4], 'int32'), Y: labels() })], // biome-ignore format: one line
  ['weighted samples', heavy, () => takeable(heavy, { X: inColumns(), Y: tf.concat([labels(), tensor(random().rand(m), [1, m])]) })], // biome-ignore format: one line
];

const drawn = (net: Network, seed = 7) => initialize(net, new RandomState(seed));
const every = (n: number) => Int32Array.from({ length: n }, (_, i) => (i * 7) % m);

const sizes = [1, 8, 33, m];

/** By tf.variableGrads, in double precision. */
interface Reference {
  readonly J: number;
  readonly numbers: Numbers;
}
const references = new Map<string, readonly Reference[]>();

beforeAll(async () => {
  await useBackend('float64');
  for (const [name, net, make] of sets) {
    const [samples, params] = [make(), drawn(net)];
    references.set(
      name,
      sizes.map((n) => differentiated(net, params, samples, every(n))),
    );
    freed(samples);
    tf.dispose({ ...params });
  }
});

function differentiated(
  net: Network,
  params: Params,
  { take }: Takeable,
  indices: Int32Array,
): Reference {
  let found: Reference | undefined;
  tf.tidy(() => {
    const { X, Y } = take(indices);
    const costOf = (P: Params) => cost(net, P, forward(net, P, X, { training: true }).caches, Y);
    const numbers = flatGradients(net, autodiff(costOf, params));
    found = { J: costOf(params).dataSync()[0], numbers };
  });
  return found!;
}

/** Says how often samples are taken: a recording takes its own. */
function counted(samples: Takeable): { samples: Takeable; taken: () => number } {
  let taken = 0;
  const take = (indices: Int32Array) => {
    taken++;
    return samples.take(indices);
  };
  return { samples: { ...samples, take }, taken: () => taken };
}

const freed = ({ tensors }: Takeable) => tf.dispose([tensors!.X, tensors!.Y]);

onEachBackend((name) => {
  const records = name === 'wasm' || name === 'native';
  const digits = name === 'float64' ? 12 : 5;

  /** Whether a size that was asked for once is replayed. */
  async function isRecorded(net: Network, from: Takeable): Promise<boolean> {
    const { samples, taken } = counted(from);
    const means = await meanGradients(net, samples);
    const params = drawn(net);
    const noise = drawNoise(noiseOf(net), 8, random());
    means.of(params, every(8), noise);
    const before = taken();
    means.of(params, every(8), noise);
    means.dispose();
    tf.dispose([{ ...params }, { ...noise }]);
    return taken() === before;
  }

  test.each(sets)(
    '%s: the gradients of tf.variableGrads, recorded, and nothing leaks',
    async (layout, net, make) => {
      const samples = make();
      const params = drawn(net);
      const before = tf.memory().numTensors;
      expect(await isRecorded(net, samples)).toBe(records);
      const means = await meanGradients(net, samples);
      for (const [i, n] of sizes.entries()) {
        const { values, cost } = means.of(params, every(n));
        const { J, numbers } = references.get(layout)![i];
        expect(cost).toBeCloseTo(J, digits);
        expect(values.length).toBe(numbers.length);
        numbers.forEach((value, i) => {
          expect(values[i]).toBeCloseTo(value, digits);
        });
      }
      means.dispose();
      means.dispose();
      expect(tf.memory().numTensors).toBe(before);
      freed(samples);
      tf.dispose({ ...params });
    },
  );

  test('the bits do not depend on what came before: sizes, nor parameters that are no numbers', async () => {
    const samples = sets[0][2]();
    const [params, wild] = [drawn(table), drawn(table, 8)];
    const broken = Object.fromEntries(
      Object.entries(wild).map(([name, P]) => [name, tf.mul(P, Number.NaN)]),
    );
    const [one, other] = [await meanGradients(table, samples), await meanGradients(table, samples)];
    const asked = (means: MeanGradients) =>
      [5, 40, 12].map((n) => {
        const { values, cost } = means.of(params, every(n));
        return [cost, ...values];
      });
    const first = asked(one);
    for (const n of [12, 3, 40]) {
      expect(other.of(broken, every(n)).cost).toBeNaN();
      other.of(wild, every(n));
    }
    expect(asked(other)).toEqual(first);
    one.dispose();
    other.dispose();
    freed(samples);
    tf.dispose([params, wild, broken].map((of) => ({ ...of })));
  });

  test.each([0, 32])(
    'samples that are taken otherwise than they lie, of more than %i, run as written',
    async (most) => {
      const samples = sets[0][2]();
      const take = (indices: Int32Array) => {
        const { X, Y } = samples.take(indices);
        return { X: tf.mul(X, indices.length > most ? 2 : 1), Y };
      };
      const params = drawn(table);
      // Without weights X plays no part: a proof on them would find nothing.
      const zeros = mapEntries(params, (name, P) => [name, tf.zerosLike(P)]);
      const means = await meanGradients(table, { ...samples, take });
      means.of(zeros, every(40));
      const { numbers } = differentiated(table, params, { ...samples, take }, every(40));
      const { values } = means.of(params, every(40));
      numbers.forEach((value, i) => {
        expect(values[i]).toBeCloseTo(value, digits);
      });
      means.dispose();
      freed(samples);
      tf.dispose([{ ...params }, { ...zeros }]);
    },
  );

  test('layers that draw noise, functions that may read anything, and samples elsewhere run as written', async () => {
    const samples = sets[0][2]();
    const own = { ...relu, name: 'own', forward: (Z: tf.Tensor) => relu.forward(Z) };
    const of = (layer: Layer) => network({ nX: 6, layers: [layer, last], loss });
    expect(await isRecorded(of(dense(4, relu)), samples)).toBe(records);
    expect(await isRecorded(of(dropout(0.5)), samples)).toBe(false);
    expect(await isRecorded(of(dense(4, own)), samples)).toBe(false);
    expect(await isRecorded(table, { ...samples, tensors: undefined })).toBe(false);
    freed(samples);
  });
});
