import { beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import * as course from '../src/course/index.js';
import {
  augment,
  fromArrays,
  planar,
  readData,
  splitData,
  splitSamples,
  streamOf,
  toTensors,
} from '../src/data/index.js';
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
const { adagrad, adam, DeepNeuralNetwork, binaryCrossEntropy, dense, gradientDescent, momentum } =
  handgrad;

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
  nesterov: [{ learningRate: 1, dampning: 0 }, 'dampening', (o) => handgrad.nesterov(as(o))],
  adagrad: [{ eps: 1 }, 'epsilon', (o) => adagrad(as(o))],
  rmsprop: [{ rho: 0.9 }, 'beta', (o) => handgrad.rmsprop(as(o))],
  adamw: [{ wd: 0.1 }, 'weightDecay', (o) => handgrad.adamw(as(o))],
  clipped: [{ clipvalue: 1 }, 'value', (o) => handgrad.clipped(adam(), as(o))],
  maxNorm: [
    { maxNorm: 1, netwrok: model().network },
    'network',
    (o) => handgrad.maxNorm(adam(), as(o)),
  ],
  constant: [{ lr: 1 }, 'learningRate', (o) => schedules.constant(as(o))],
  stepDecay: [
    { learningRate: 1, decaySteps: 1, gamma: 1 },
    'decayRate',
    (o) => schedules.stepDecay(as(o)),
  ],
  warmUp: [{ step: 1 }, 'steps', (o) => schedules.warmUp(0.1, as(o))],
  reduceOnPlateau: [
    { learningRate: 1, minLr: 0.1 },
    'minLearningRate',
    (o) => schedules.reduceOnPlateau(as(o)),
  ],
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
    { iterations: 1, onEpochEnds: step },
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
  readData: [{ headers: true }, 'header', (o) => readData('data.csv', as(o))],
  fromArrays: [{ X: [[1], [2]], y: [0, 1], clases: [] }, 'classes', (o) => fromArrays(as(o))],
  splitSamples: [
    { random: new handgrad.RandomState(1), tests: 0.2 },
    'test',
    (o) => splitSamples(fromArrays({ X: [[1], [2]], y: [0, 1] }), as(o)),
  ],
  splitData: [
    { random: new handgrad.RandomState(1), tests: 0.2 },
    'test',
    (o) => splitData(as({ name: 'x', train: fromArrays({ X: [[1], [2]], y: [0, 1] }) }), as(o)),
  ],
  toTensors: [
    { scalling: {} },
    'scaling',
    (o) => toTensors(fromArrays({ X: [[1], [2]], y: [0, 1] }), as(o)),
  ],
  streamOf: [
    { windowSize: 1, seeds: 1 },
    'seed',
    (o) => streamOf(fromArrays({ X: [[1], [2]], y: [0, 1] }), as(o)),
  ],
  choosePlan: [{ ALL: true }, 'all', (o) => handgrad.choosePlan(as({}), o)],
  compile: [
    { batch_size: 2 },
    'batchSize',
    (o) => handgrad.compile(step, {}, samples().X, samples().Y, o),
  ],
  compileForward: [{ sample: 2 }, 'samples', (o) => handgrad.compileForward(as({}), {}, o)],
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

/** Of layers, activations and losses: each needs what stands before the name that it does not have. */
const typos: Record<string, [typo: Unknown, meant: string]> = {
  dense: [{ units: 1, useBiases: true }, 'useBias'],
  conv2d: [{ filters: 1, kernelSize: 1, stride: 1 }, 'strides'],
  depthwiseConv2d: [{ kernelSize: 1, depthMultiplyer: 1 }, 'depthMultiplier'],
  maxPool2d: [{ poolsize: 2 }, 'poolSize'],
  averagePool2d: [{ pading: 'same' }, 'padding'],
  batchNorm: [{ momentun: 0.9 }, 'momentum'],
  layerNorm: [{ eps: 0.1 }, 'epsilon'],
  groupNorm: [{ group: 2 }, 'groups'],
  rmsNorm: [{ eps: 0.1 }, 'epsilon'],
  dropout: [{ rates: 0.5 }, 'rate'],
  gaussianNoise: [{ stdev: 0.5 }, 'stddev'],
  embedding: [{ inputDim: 2, outputdim: 2 }, 'outputDim'],
  positionalEmbedding: [{ maxlength: 2 }, 'maxLength'],
  simpleRnn: [{ units: 2, returnSequence: true }, 'returnSequences'],
  gru: [{ units: 2, reset_after: true }, 'resetAfter'],
  lstm: [{ unit: 2 }, 'units'],
  selfAttention: [{ numHeads: 2, keydim: 2 }, 'keyDim'],
  transformerBlock: [{ numHeads: 2, keyDim: 2, hiden: 2 }, 'hidden'],
  rescaling: [{ scale: 1, offsets: 1 }, 'offset'],
  upSampling2d: [{ sizes: 2 }, 'size'],
  zeroPadding2d: [{ paddings: 2 }, 'padding'],
  leakyRelu: [{ alhpa: 1 }, 'alpha'],
  elu: [{ alhpa: 1 }, 'alpha'],
  softmax: [{ axes: 1 }, 'axis'],
  gelu: [{ approximat: 'tanh' }, 'approximate'],
  huber: [{ dela: 1 }, 'delta'],
  binaryCrossEntropy: [{ labelsmoothing: 0.1 }, 'labelSmoothing'],
  categoricalCrossEntropy: [{ labelsmoothing: 0.1 }, 'labelSmoothing'],
};
const makers = handgrad as unknown as Record<string, (options?: unknown) => unknown>;

test.each(Object.entries(typos))('%s', (maker, [typo, meant]) => {
  const [name] = Object.keys(typo).slice(-1);
  expect(() => makers[maker](typo)).toThrow(handgrad.ValueError);
  expect(() => makers[maker](typo)).toThrow(
    `${maker}: unknown option ${name}. Did you mean ${meant}?`,
  );
});

test.each(['relu', 'tanh', 'sigmoid', 'linear', 'silu', 'softplus', 'hardSigmoid'])(
  '%s takes no options',
  (name) => {
    for (const option of [{ alpha: 1 }, 0.2, 'x', null]) {
      expect(() => makers[name](option)).toThrow(handgrad.ValueError);
      expect(() => makers[name](option)).toThrow(`${name} takes no options; call it as ${name}().`);
    }
    expect(() => makers[name]({})).not.toThrow();
    expect(makers[name]()).toBe(makers[name]());
  },
);

const sequence = { units: 2 };
const heads = { numHeads: 1, keyDim: 1 };

test.each<[string, string, Unknown]>([
  ['dense', 'useBias', { units: 1 }],
  ['conv2d', 'useBias', { filters: 1, kernelSize: 1 }],
  ['depthwiseConv2d', 'useBias', { kernelSize: 1 }],
  ['simpleRnn', 'useBias', sequence],
  ['simpleRnn', 'returnSequences', sequence],
  ['gru', 'useBias', sequence],
  ['gru', 'returnSequences', sequence],
  ['gru', 'resetAfter', sequence],
  ['lstm', 'useBias', sequence],
  ['lstm', 'returnSequences', sequence],
  ['selfAttention', 'useBias', heads],
  ['selfAttention', 'causal', heads],
  ['positionalEmbedding', 'sinusoidal', {}],
  ...['batchNorm', 'layerNorm', 'groupNorm'].flatMap((kind): [string, string, Unknown][] => [
    [kind, 'center', {}],
    [kind, 'scale', {}],
  ]),
])('%s: %s is true or false', (maker, option, needed) => {
  for (const value of ['no', 0, null]) {
    expect(() => makers[maker]({ ...needed, [option]: value })).toThrow(handgrad.ValueError);
    expect(() => makers[maker]({ ...needed, [option]: value })).toThrow(
      /: \w+ is .*; give true or false\./,
    );
  }
  for (const value of [true, false]) {
    expect(() => makers[maker]({ ...needed, [option]: value })).not.toThrow();
  }
});

test.each([Number.NaN, '0.1', Infinity])('a slope of %p is none', (alpha) => {
  expect(() => makers.leakyRelu({ alpha })).toThrow('leakyRelu: alpha is');
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
