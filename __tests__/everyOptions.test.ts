import { beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import * as course from '../src/course/index.js';
import { augment, planar } from '../src/data/index.js';
import { formats } from '../src/export/index.js';
import * as handgrad from '../src/index.js';
import * as oracle from '../src/oracle/index.js';
import { anyBackend } from './support/backends.js';
import { expectFlatMemory } from './support/memory.js';

/*
 * Every function of the package that takes an options object refuses a name that it does not have, and
 * says which one was meant.
 */

beforeAll(anyBackend);

const { schedules } = handgrad;
const { adam, DeepNeuralNetwork, binaryCrossEntropy, dense, gradientDescent, momentum } = handgrad;

/** A name that none has, beside whatever is needed. */
type Unknown = Record<string, unknown>;
const as = <T>(given: Unknown) => given as T;

const layers = [dense(1)];
const model = () => new DeepNeuralNetwork([1, 1]);
const samples = () => ({ X: handgrad.fromRows([[1], [2]]), Y: handgrad.fromRows([0, 1]) });
const step = (values: handgrad.Params) => values;

const takers: Record<string, [typo: Unknown, meant: string, call: (typo: Unknown) => unknown]> = {
  DeepNeuralNetwork: [{ sead: 1 }, 'seed', (o) => new DeepNeuralNetwork([1, 1], undefined, o)],
  network: [
    { L2: 1 },
    'l2',
    (o) => handgrad.network(as({ nX: 1, layers, loss: binaryCrossEntropy, ...o })),
  ],
  gradientDescent: [{ lr: 1 }, 'learningRate', (o) => gradientDescent(as(o))],
  momentum: [{ learningRate: 1, betta: 0.9 }, 'beta', (o) => momentum(as(o))],
  adam: [{ eps: 1e-7 }, 'epsilon', (o) => adam(as(o))],
  inverseTimeDecay: [
    { learningRate: 1, decay_rate: 1 },
    'decayRate',
    (o) => schedules.inverseTimeDecay(as(o)),
  ],
  exponentialDecay: [
    { learningRate: 1, decayStep: 1 },
    'decaySteps',
    (o) => schedules.exponentialDecay(as(o)),
  ],
  cosineDecay: [{ decaySteps: 1, lr: 1 }, 'learningRate', (o) => schedules.cosineDecay(as(o))],
  piecewiseConstant: [
    { boundaries: [], value: [1] },
    'values',
    (o) => schedules.piecewiseConstant(as(o)),
  ],
  fit: [{ lr: 1 }, 'learningRate', (o) => model().fit(samples().X, samples().Y, o)],
  train: [
    { iterations: 1, callbacks: [] },
    'onEpochEnd',
    (o) => {
      const { network, parameters: params } = model();
      const rule = gradientDescent({ learningRate: 1 });
      const state = { params, optimizerState: {} };
      return handgrad.train(network, rule, state, samples().X, samples().Y, o);
    },
  ],
  sweep: [{ epochs: 1 }, 'iterations', (o) => handgrad.sweep([], samples(), samples(), o).next()],
  candidateGrid: [
    { learningRates: [1], depths: [1], widths: [1], activation: [] },
    'activations',
    (o) => handgrad.candidateGrid(as(o)),
  ],
  crossValidate: [
    { cv: 5 },
    'folds',
    (o) => handgrad.crossValidate(model, samples().X, samples().Y, o),
  ],
  findLearningRate: [
    { num_steps: 5 },
    'steps',
    (o) =>
      handgrad.findLearningRate(
        model(),
        (learningRate) => adam({ learningRate }),
        samples().X,
        samples().Y,
        o,
      ),
  ],
  fittingBackend: [{ layers: [1, 1], samples: 4 }, 'm', (o) => handgrad.fittingBackend(as(o))],
  useBackend: [{ thread: 1 }, 'threads', (o) => handgrad.useBackend('auto', o)],
  augment: [
    { random: new handgrad.RandomState(1), flips: true },
    'flip',
    (o) => augment(tf.zeros([1, 2, 2, 1]), as(o)),
  ],
  choosePlan: [{ ALL: true }, 'all', (o) => handgrad.choosePlan(as({}), o)],
  compile: [
    { batch_size: 2 },
    'batchSize',
    (o) => handgrad.compile(step, {}, samples().X, samples().Y, o),
  ],
  checkGradients: [
    { sample: 4 },
    'samples',
    (o) => oracle.checkGradients(as<oracle.Subject & Unknown>({}), o),
  ],
  checkUpdate: [
    { rule: 'adam', beta_1: 0.9 },
    'beta1',
    (o) => oracle.checkUpdate((() => {}) as never, o as never),
  ],
  reportHtml: [
    { titel: 'x' },
    'title',
    (o) => oracle.reportHtml(as<oracle.GradientReport & Unknown>({}), as(o)),
  ],
  classMetrics: [{ label: [] }, 'labels', (o) => handgrad.metrics.classMetrics(as(o))],
  numberMetrics: [{ prediction: [] }, 'predictions', (o) => handgrad.metrics.numberMetrics(as(o))],
  worstMistakes: [{ moost: 3 }, 'most', (o) => handgrad.metrics.worstMistakes(as(o))],
  largestResiduals: [{ target: [] }, 'targets', (o) => handgrad.metrics.largestResiduals(as(o))],
  flower: [{ n_samples: 9 }, 'm', planar.flower],
  noisyCircles: [{ noize: 1 }, 'noise', planar.noisyCircles],
  noisyMoons: [{ random_state: 1 }, 'seed', planar.noisyMoons],
  blobs: [{ n_classes: 2 }, 'centers', planar.blobs],
  gaussianQuantiles: [{ n_classes: 2 }, 'classes', planar.gaussianQuantiles],
  xor: [{ samples: 2 }, 'm', planar.xor],
  course: [
    { iterations: 5 },
    'numIterations',
    (o) => course.catModels.LLayerModel(samples().X, samples().Y, [1, 1], as(o)),
  ],
  load: [
    { activation: [handgrad.sigmoid] },
    'activations',
    async (o) =>
      formats.safetensors.decode!(await formats.safetensors.encode(asModel()), as(o), 'm'),
  ],
};

const asModel = () => {
  const { network, parameters: params } = model();
  return { network, params };
};

test.each(Object.entries(takers))('%s', async (where, [typo, meant, call]) => {
  const [name] = Object.keys(typo).slice(-1);
  const refused = async () => call(typo);
  await expect(refused()).rejects.toThrow(handgrad.ValueError);
  await expect(refused()).rejects.toThrow(
    `${where}: unknown option ${name}. Did you mean ${meant}?`,
  );
});

test('a refused option leaves no tensor and no plan behind', async () => {
  const { X, Y } = samples();
  const net = model();
  await expectFlatMemory(async () => {
    await expect(net.fit(X, Y, as({ plan: handgrad.plans.plain, epoch: 1 }))).rejects.toThrow(
      'epochs',
    );
  });
});

test('a backend to try first that is none is not passed over', async () => {
  await expect(handgrad.useBackend('auto', { first: 'wams' as never })).rejects.toThrow(
    'There is no backend called wams.',
  );
});

test('fittingBackend without the number of samples is refused', () => {
  expect(() => handgrad.fittingBackend(as({ layers: [2, 1] }))).toThrow('give layers, [n_x');
});
