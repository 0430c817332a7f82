import { expect, test } from '@jest/globals';
import { relu, sigmoid, tanh } from '../../src/core/activations.js';
import { ValueError } from '../../src/core/errors.js';
import { frozen } from '../../src/core/frozen.js';
import { describeNetwork } from '../../src/core/kinds.js';
import {
  batchNorm,
  conv2d,
  dense,
  dropout,
  flatten,
  lstm,
  residual,
  sequential,
} from '../../src/core/layers.js';
import { binaryCrossEntropy, meanSquaredError } from '../../src/core/losses.js';
import { maxNorm } from '../../src/core/maxNorm.js';
import {
  backward,
  backwardToX,
  cost,
  forward,
  type Network,
  network,
} from '../../src/core/network.js';
import { drawNoise, noiseOf } from '../../src/core/noise.js';
import { adam, gradientDescent } from '../../src/core/optimizers.js';
import { trainedOf } from '../../src/core/parameters.js';
import { RandomState } from '../../src/core/random.js';
import { tensor } from '../../src/core/tensors.js';
import { checkNetwork } from '../../src/oracle/check.js';
import { compiled } from '../../src/training/plans/compiled.js';
import { plain } from '../../src/training/plans/plain.js';
import { reasonAgainstSampleSpace } from '../../src/training/plans/sampleSpace.js';
import { onEachBackend } from '../support/backends.js';
import { drawnFor, samplesOf } from '../support/everyLayer.js';

const m = 6;
const bottom = () => [
  conv2d({ filters: 3, kernelSize: 2, activation: relu }),
  batchNorm(),
  residual([conv2d({ filters: 3, kernelSize: 1 }), batchNorm(), dropout(0.5)]),
  sequential([flatten(), dense(4, tanh)]),
];
const on = (layers: ReturnType<typeof bottom>): Network =>
  network({
    ...{ input: [4, 4, 2], layers: [...layers, dense(1, sigmoid)], loss: binaryCrossEntropy },
    ...{ l2: 0.1, l1: 0.1 },
  });
const [free, cold] = [on(bottom()), on(bottom().map(frozen))];
const taskOf = (net: Network) => ({
  ...{ params: drawnFor(free), X: samplesOf(net, m).X },
  Y: tensor([0, 1, 1, 0, 1, 0], [1, m]),
});
const top = ['W5', 'b5'];

onEachBackend((name) => {
  const bound = name === 'float64' ? 1e-12 : 1e-5;

  test('training moves what is not frozen, and nothing else', async () => {
    const { params, X, Y } = taskOf(cold);
    const optimizer = adam({ learningRate: 0.1 });
    const optimizerState = optimizer.start(trainedOf(cold, params));
    expect(Object.keys(optimizerState).sort()).toEqual(['sW5', 'sb5', 't', 'vW5', 'vb5']);
    const numbers = Object.fromEntries(
      Object.entries(params).map(([key, P]) => [key, [...P.dataSync()]]),
    );
    for (const plan of name === 'native' || name === 'wasm' ? [plain, compiled] : [plain]) {
      const state = {
        params: Object.fromEntries(Object.entries(params).map(([key, P]) => [key, P.clone()])),
        optimizerState: optimizer.start(trainedOf(cold, params)),
      };
      const runner = await plan.start({ network: cold, optimizer, state, X, Y });
      if ('refused' in runner) throw new Error(runner.refused);
      runner.run(state, new Array(5).fill(undefined), { random: new RandomState(2) });
      runner.dispose();
      for (const [key, P] of Object.entries(state.params)) {
        const isSame = String([...P.dataSync()]) === String(numbers[key]);
        expect([plan.name, key, isSame]).toEqual([plan.name, key, !top.includes(key)]);
      }
    }
  });

  test('batchNorm takes its running statistics, in blocks too, and dropout drops', () => {
    const { params, X } = taskOf(cold);
    const noise = drawNoise(noiseOf(cold), m, new RandomState(3));
    const predicted = forward(cold, params, X).AL;
    const trained = forward(cold, params, X, { training: true, noise });
    expect(trained.updated).toEqual({});
    expect([...trained.AL.dataSync()]).not.toEqual([...predicted.dataSync()]);
    const still = on(bottom().map((layer, i) => (i === 2 ? layer : frozen(layer))));
    expect(Object.keys(forward(still, params, X, { training: true, noise }).updated)).toEqual([
      ...['runningMean.2.3', 'runningVariance.2.3'].map((key) =>
        key.replace(/\.(\d)\.(\d)$/, '$2.$1'),
      ),
    ]);
  });

  test('dX is that of the layer that is not', () => {
    const layers = () => [dense(4, tanh), dense({ units: 3, activation: relu }), dense(2, sigmoid)];
    const of = (all: ReturnType<typeof layers>) =>
      network({ nX: 5, layers: all, loss: binaryCrossEntropy, l2: 0.3 });
    const [warm, cold] = [
      of(layers()),
      of(layers().map((l, i) => (i > 0 ? frozen(l) : l)) as never),
    ];
    const { X } = samplesOf(warm, m);
    const Y = tensor(new RandomState(1).rand(2 * m), [2, m]);
    const params = drawnFor(warm);
    const [a, b] = [warm, cold].map((net) =>
      backwardToX(net, params, forward(net, params, X).caches, Y),
    );
    expect(Object.keys(b.grads)).toEqual(['dW1', 'db1']);
    for (const key of ['dW1', 'db1']) {
      b.grads[key].dataSync().forEach((value, i) => {
        expect(Math.abs(value - a.grads[key].dataSync()[i])).toBeLessThan(bound);
      });
    }
    expect([...b.dX().dataSync()]).toEqual([...a.dX().dataSync()]);
  });

  test('a loss still fuses with what is frozen', () => {
    const net = network({ nX: 1, layers: [frozen(dense(1, sigmoid))], loss: binaryCrossEntropy });
    const params = { W1: tensor([200], [1, 1]), b1: tensor([0], [1, 1]) };
    const [X, Y] = [tensor([1], [1, 1]), tensor([0], [1, 1])];
    const { caches } = forward(net, params, X);
    expect(cost(net, params, caches, Y).dataSync()[0]).toBe(200); // not infinite
    expect(backward(net, params, caches, Y)).toEqual({});
  });
});

test.each([
  ['one bottom', cold, () => taskOf(cold)],
  [
    'recurrent',
    network({
      ...{ input: [3, 2], loss: meanSquaredError },
      layers: [
        dense(2, tanh),
        frozen(lstm({ units: 3, returnSequences: true })),
        lstm({ units: 2 }),
      ],
    }),
    undefined,
  ],
])('the oracle proves the rest, %s', async (_, net, given) => {
  const Y = tensor(new RandomState(4).rand(2 * m), [2, m]);
  const { params, X, ...more } = given?.() ?? { params: drawnFor(net), X: samplesOf(net, m).X, Y };
  const report = await checkNetwork(net, params, X, more.Y, { dX: true });
  expect(report).toMatchObject({ passed: true });
  const names = report.parameters.map(({ name }) => name).sort();
  expect(names).toEqual(
    given ? ['dA0', 'dW5', 'db5'] : ['dA0', 'dW1', 'dWh3', 'dWx3', 'db1', 'db3'],
  );
});

test('it is the layer itself to whoever saves it', () => {
  expect(describeNetwork(cold)).toEqual(describeNetwork(free));
  expect(frozen(dense(3, relu))).toMatchObject({ kind: 'dense', units: 3, activation: relu });
  expect(frozen(relu)).toBe(relu());
  expect(frozen(relu())).toBe(relu());
});

test('sample space has no place for it, and maxNorm passes it over', () => {
  const net = network({
    ...{ nX: 4, layers: [frozen(dense(2, tanh)), dense(1, sigmoid)], loss: binaryCrossEntropy },
  });
  const optimizer = gradientDescent({ learningRate: 1 });
  expect(reasonAgainstSampleSpace({ network: net, optimizer } as never)).toMatch(
    /not made by dense/,
  );
  const all = network({ nX: 4, layers: [frozen(dense(1, sigmoid))], loss: binaryCrossEntropy });
  expect(() => maxNorm(optimizer, { maxNorm: 1, network: all })).toThrow('no layer of the network');
});

test.each(['dense', undefined, {}])('%p is no layer', (thing) => {
  expect(() => frozen(thing as never)).toThrow(ValueError);
  expect(() => frozen(thing as never)).toThrow('frozen: the layer is');
});
