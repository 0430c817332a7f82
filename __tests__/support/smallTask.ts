import { relu, sigmoid } from '../../src/core/activations.js';
import type { Layer } from '../../src/core/layer.js';
import { dense } from '../../src/core/layers.js';
import { binaryCrossEntropy } from '../../src/core/losses.js';
import { initialize, network } from '../../src/core/network.js';
import { gradientDescent } from '../../src/core/optimizers.js';
import { RandomState } from '../../src/core/random.js';
import { disposeReplaced } from '../../src/core/tensors.js';
import type { TrainingState } from '../../src/training/step.js';
import { build, toTensor } from './matrices.js';

/** A 3-4-1 network and nine samples that it learns quickly: is the sum of the inputs above 0? */
export function smallTask({
  learningRate = 0.5,
  output = [dense(1, sigmoid)] as Layer[],
  seed = 1,
} = {}) {
  const random = new RandomState(seed);
  const inputs = build(3, 9, () => random.gauss());
  const X = toTensor(inputs);
  const Y = toTensor([
    inputs[0].map((_, j) => Number(inputs[0][j] + inputs[1][j] + inputs[2][j] > 0)),
  ]);
  const net = network({ nX: 3, layers: [dense(4, relu), ...output], loss: binaryCrossEntropy });
  const optimizer = gradientDescent({ learningRate });
  const state: TrainingState = { params: initialize(net, random), optimizerState: {} };
  const values = () => Object.values(state.params).map((P) => [...P.dataSync()]);
  const dispose = () => {
    disposeReplaced({ X, Y, ...state.params, ...state.optimizerState }, {});
  };
  return { network: net, optimizer, state, X, Y, values, dispose };
}

/** A layer of one unit with its sigmoid, which throws at its n-th step backward, when everything of that step has been computed. */
export function throwingLayer(n: number): Layer[] {
  const layer = dense({ units: 1 });
  let calls = 0;
  const backward: Layer['backward'] = (dZ, given, cache) => {
    const result = layer.backward(dZ, given, cache);
    const dX = result.dX();
    if (++calls === n) throw new Error(`step ${n} backward`);
    return { ...result, dX: () => dX };
  };
  return [{ ...layer, backward }, sigmoid()];
}
