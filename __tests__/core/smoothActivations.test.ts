import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import type { Activation, ActivationLayer } from '../../src/core/activation.js';
import { leakyRelu, softmax } from '../../src/core/activations.js';
import { elu, gelu, hardSigmoid, silu, softplus } from '../../src/core/smoothActivations.js';
import { tensor } from '../../src/core/tensors.js';
import { anyBackend, onEachBackend } from '../support/backends.js';
import { describeGoldens } from '../support/layerGoldens.js';
import { describePlanted, type Mistake } from '../support/plantedInLayers.js';

type Options = Readonly<Record<string, unknown>>;
const makers: Record<string, (options: Options) => ActivationLayer> = {
  elu: (options) => elu(options),
  gelu: (options) => gelu(options),
  silu: () => silu(),
  softplus: () => softplus(),
  hardSigmoid: () => hardSigmoid(),
  leakyRelu: (options) => leakyRelu(options),
  softmax: (options) => softmax(options),
};

for (const [kind, layerOf] of Object.entries(makers)) describeGoldens(kind, layerOf);

const mistakes: Record<string, Mistake> = {
  "the identity's": (_, dY) => ({ dX: () => dY }),
  'A for its derivative': (_, dY, { A }) => ({ dX: () => tf.mul(dY, A) }),
  'the derivative at A': (_, dY, { A }) => ({ dX: () => tf.mul(dY, tf.sigmoid(A)) }),
  'a tenth of dY too much': ({ dX }, dY) => ({ dX: () => tf.add(dX(), tf.mul(0.1, dY)) }),
  'the derivative without dY': ({ dX }, dY) => ({ dX: () => tf.div(dX(), dY) }),
};

for (const [kind, options] of [
  ['elu', [{}, { alpha: 0.3 }]],
  ['gelu', [{}, { approximate: 'tanh' }]],
  ['silu', [{}]],
  ['softplus', [{}]],
  ['hardSigmoid', [{}]],
] as const) {
  describePlanted({
    kind,
    layerOf: makers[kind],
    situations: options.flatMap((one) => [
      [makers[kind](one), { input: [5], m: 3 }] as const,
      [makers[kind](one), { input: [2, 1, 3], m: 2, training: false }] as const,
    ]),
    mistakes,
  });
}

onEachBackend((backend) => {
  // erf to 20 digits, from tables: Abramowitz, Stegun, 7.1.
  test.each([
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [2, 0.9953222650189527],
    [3, 0.9999779095030014],
    [5, 0.9999999999984626],
  ])('gelu is exact at √2 · %d', (x, erf) => {
    const z = Math.SQRT2 * x;
    const bound = backend === 'float64' ? 3e-15 : 1e-6;
    for (const sign of [-1, 1]) {
      const A = gelu.forward(tensor([sign * z], [1, 1])).dataSync()[0];
      expect(Math.abs(A - (sign * z * (1 + sign * erf)) / 2)).toBeLessThan(bound);
    }
  });

  test('the derivatives at the corners', () => {
    const at = (g: Activation, z: number) => {
      const Z = tensor([z], [1, 1]);
      return g.backward(tensor([1], [1, 1]), { Z, A: g.forward(Z) }).dataSync()[0];
    };
    expect(at(elu(0.5).activation, 0)).toBe(0.5);
    expect(at(hardSigmoid, 3)).toBe(0);
    expect(at(hardSigmoid, -3)).toBe(0);
    expect(at(gelu, 0)).toBe(0.5);
    expect(at(silu, 0)).toBe(0.5);
  });
});

describe('as TensorFlow.js and Keras have them', () => {
  beforeAll(anyBackend);

  const values = [-7, -3.5, -2, -0.4, 0, 0.3, 1.7, 2.9, 3.2, 6];
  const layersOf = ({ keras }: Activation): object[] => {
    if ('activation' in keras)
      return [{ class_name: 'Activation', config: { activation: keras.activation } }];
    const steps = 'layers' in keras ? keras.layers : [keras];
    return steps.map(({ layer, config }) => ({ class_name: layer, config }));
  };

  test.each([
    ['elu', elu],
    ['gelu', gelu],
    ['silu', silu],
    ['softplus', softplus],
    ['hardSigmoid', hardSigmoid],
  ])('%s', async (_, g) => {
    const model = await modelOf(g);
    const X = tf.tensor2d([values]);
    const theirs = (model.predict(X) as tf.Tensor).dataSync();
    for (const [i, a] of g.forward(X).dataSync().entries()) {
      expect(Math.abs(a - theirs[i])).toBeLessThan(1e-6);
    }
  });

  // Keras has the first; neither has a name for the second.
  test.each([
    ['elu(0.3)', elu(0.3).activation, 'Non-default alpha value (0.3) is not supported'],
    ['gelu by tanh', gelu({ approximate: 'tanh' }).activation, 'Unknown activation'],
  ])('%s is refused by TensorFlow.js, and not taken for another', async (_, g, message) => {
    await expect(modelOf(g)).rejects.toThrow(message);
  });

  function modelOf(g: Activation) {
    const steps = layersOf(g) as { class_name: string; config: object }[];
    const [first, ...rest] = steps.map(({ class_name, config }, i) => ({
      class_name,
      config: { ...config, name: `step_${i}`, ...(i === 0 && { batch_input_shape: [null, 10] }) },
    }));
    const topology = { class_name: 'Sequential', config: { name: 'g', layers: [first, ...rest] } };
    const memory = { modelTopology: topology, weightSpecs: [], weightData: new ArrayBuffer(0) };
    return layers.loadLayersModel(tf.io.fromMemory(memory));
  }
});

test('options, checked and kept', () => {
  expect(elu(0.5).config).toEqual({ alpha: 0.5 });
  expect(elu(elu({ alpha: 0.5 }).config).activation.derivative).toBe('(Z > 0 ? 1 : A + 0.5)');
  expect(gelu().config).toEqual({ approximate: 'none' });
  expect(gelu({ approximate: 'tanh' }).config).toEqual({ approximate: 'tanh' });
  expect(() => elu(-1)).toThrow('elu: alpha is -1; give a number from 0.');
  expect(() => elu({ slope: 1 } as object)).toThrow('elu: unknown option slope.');
  expect(() => gelu({ approximate: true as never })).toThrow(
    "gelu: approximate is true; give 'none' or 'tanh'.",
  );
});
