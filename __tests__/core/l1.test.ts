import { expect, test } from '@jest/globals';
import { compile } from '../../src/compiled/compile.js';
import { softmax, tanh } from '../../src/core/activations.js';
import { ValueError } from '../../src/core/errors.js';
import { describeNetwork, networkFrom } from '../../src/core/kinds.js';
import { batchNorm, dense } from '../../src/core/layers.js';
import { categoricalCrossEntropy } from '../../src/core/losses.js';
import { backward, cost, forward, network } from '../../src/core/network.js';
import { gradientDescent } from '../../src/core/optimizers.js';
import { tensor } from '../../src/core/tensors.js';
import { formats } from '../../src/export/index.js';
import { fromLayersModel, toLayersModel } from '../../src/export/layersModel.js';
import { checkNetwork } from '../../src/oracle/check.js';
import { DeepNeuralNetwork } from '../../src/training/deepNeuralNetwork.js';
import { flat } from '../../src/training/plans/compiled.js';
import { reasonAgainstSampleSpace } from '../../src/training/plans/sampleSpace.js';
import { stateOf, valuesOf } from '../../src/training/stateValues.js';
import { costOf, step } from '../../src/training/step.js';
import { onEachBackend } from '../support/backends.js';
import { drawnFor, samplesOf } from '../support/everyLayer.js';

/* The L1 term wherever the L2 term is. */

const m = 5;
const layers = [dense(4, tanh), batchNorm(), dense(3, softmax)];
const of = (l1: number, l2 = 0) =>
  network({ nX: 5, layers, loss: categoricalCrossEntropy, l1, l2 });
const task = (l1: number, l2?: number) => {
  const net = of(l1, l2);
  const columns = [0, 2, 1, 1, 0].map((k) => [0, 1, 2].map((i) => Number(i === k)));
  const Y = tensor(
    [0, 1, 2].flatMap((i) => columns.map((column) => column[i])),
    [3, m],
  );
  return { net, params: drawnFor(net), X: samplesOf(net, m).X, Y };
};

onEachBackend((name) => {
  const bound = name === 'float64' ? 1e-12 : 1e-5;
  const close = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Array.from(a).forEach((value, i) => {
      expect(Math.abs(value - b[i])).toBeLessThan(bound * Math.max(1, Math.abs(b[i])));
    });

  test('J and every dW have their terms of both, and dgamma none', () => {
    const { net, params, X, Y } = task(0.7, 0.3);
    const plain = of(0);
    const caches = forward(net, params, X).caches;
    const [J, J0] = [net, plain].map((one) => cost(one, params, caches, Y).dataSync()[0]);
    let expected = J0;
    for (const W of [params.W1, params.W3]) {
      for (const w of W.dataSync()) expected += (0.7 * Math.abs(w) + (0.3 / 2) * w * w) / m;
    }
    close([J], [expected]);
    const [grads, without] = [net, plain].map((one) => backward(one, params, caches, Y));
    for (const [key, dP] of Object.entries(grads)) {
      const values = params[key.slice(1)].dataSync();
      const isWeight = key === 'dW1' || key === 'dW3';
      const term = (w: number) => (isWeight ? (0.7 * Math.sign(w) + 0.3 * w) / m : 0);
      close(
        dP.dataSync(),
        Array.from(without[key].dataSync()).map((d, i) => d + term(values[i])),
      );
    }
    for (const samples of [1, 2, m]) {
      const inParts = costOf(net, params, X, Y, samples * 19);
      close(inParts.dataSync(), [J]);
    }
  });

  if (name !== 'native' && name !== 'wasm') return;
  test('a recorded step has it', async () => {
    const { net, params, X, Y } = task(0.7);
    const optimizer = gradientDescent({ learningRate: 0.1 });
    const values = valuesOf({ params, optimizerState: {} });
    const replay = await compile(flat(net, optimizer), values, X, Y, {});
    if ('refused' in replay) throw new Error(replay.refused);
    const recorded = stateOf(replay.run(values, 1)).params;
    const state = { params: { ...params }, optimizerState: {} };
    step(net, optimizer, state, { X, Y });
    for (const [key, P] of Object.entries(state.params)) {
      close(recorded[key].dataSync(), P.dataSync());
    }
    replay.dispose();
  });
});

test('the oracle proves it', async () => {
  const { net, params, X, Y } = task(0.7);
  expect(await checkNetwork(net, params, X, Y)).toMatchObject({ passed: true });
});

test('sample space refuses it', () => {
  const { net, params, X, Y } = task(0.7);
  const optimizer = gradientDescent({ learningRate: 0.1 });
  const state = { params, optimizerState: {} };
  expect(reasonAgainstSampleSpace({ network: net, optimizer, state, X, Y } as never)).toBe(
    'The L1 term is not linear in W1: sample space cannot hold it.',
  );
  const l2 = { network: of(0, 1), optimizer, state, X, Y };
  expect(reasonAgainstSampleSpace(l2 as never)).toBeUndefined();
});

test('it is saved, and loaded again', async () => {
  const { net, params } = task(0.7);
  expect(networkFrom(JSON.parse(JSON.stringify(describeNetwork(net)))).l1).toBe(0.7);
  expect(describeNetwork(of(0))).not.toHaveProperty('l1');
  const dnn = new DeepNeuralNetwork([5, 3], [softmax], { loss: categoricalCrossEntropy, l1: 0.5 });
  expect(dnn.network.l1).toBe(0.5);
  const plain = { network: dnn.network, params: dnn.parameters };
  for (const [said, model] of [
    [0.7, { network: net, params }],
    [0.5, plain],
  ] as const) {
    const artifacts = await toLayersModel(model.network, model.params);
    expect((await fromLayersModel(artifacts)).network.l1).toBe(said);
    for (const format of [formats.npz, formats.safetensors, formats.keras, formats.onnx]) {
      const bytes = await format.encode(model);
      expect([format.name, (await format.decode!(bytes, {}, 'm')).network.l1]).toEqual([
        format.name,
        said,
      ]);
    }
  }
});

test.each([-1, Number.NaN, '1'])('an l1 of %p is refused', (l1) => {
  expect(() => of(l1 as number)).toThrow(ValueError);
  expect(() => of(l1 as number)).toThrow(/network: l1 is .*; give a number from 0\./);
});
