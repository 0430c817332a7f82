import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { clipped } from '../../src/core/clipped.js';
import { ValueError } from '../../src/core/errors.js';
import { adam, gradientDescent, momentum } from '../../src/core/optimizers.js';
import { isPure } from '../../src/core/pure.js';
import { tensor } from '../../src/core/tensors.js';
import { onEachBackend } from '../support/backends.js';
import { proves } from '../support/optimizerRuns.js';

const descent = ({ learningRate }: Readonly<Record<string, unknown>>) =>
  gradientDescent({ learningRate: learningRate as number });

describe('by value', () => {
  proves({
    kind: 'clipByValue',
    of: (config) => clipped(descent(config), { value: config.clipValue as number }),
    on: (learningRate) => clipped(momentum({ learningRate }), { value: 2 }),
  });
});

describe('by the norm of each gradient', () => {
  proves({
    kind: 'clipByNorm',
    of: (config) => clipped(descent(config), { norm: config.clipNorm as number }),
  });
});

describe('by the norm of all', () => {
  proves({
    kind: 'clipByGlobalNorm',
    of: (config) =>
      clipped(descent(config), {
        ...{ globalNorm: config.clipNorm as number, epsilon: config.epsilon as number },
      }),
  });
});

onEachBackend(() => {
  const params = () => ({ W1: tensor([0, 0], [1, 2]), b1: tensor([0], [1, 1]) });
  const after = (options: Parameters<typeof clipped>[1], W: number[], b: number) => {
    const { start, update } = clipped(gradientDescent({ learningRate: 1 }), options);
    const grads = { dW1: tensor(W, [1, 2]), db1: tensor([b], [1, 1]) };
    const next = update(params(), grads, start(params())).params;
    return [...next.W1.dataSync(), ...next.b1.dataSync()].map((x) => -Math.round(x * 1e5) / 1e5);
  };

  test('large ones become as long as allowed, short ones stay', () => {
    expect(after({ value: 4 }, [3, -8], 12)).toEqual([3, -4, 4]);
    expect(after({ norm: 2.5 }, [3, -4], 2)).toEqual([1.5, -2, 2]);
    expect(after({ globalNorm: 6.5 }, [3, -4], 12)).toEqual([1.5, -2, 6]); // of norm 13
    expect(after({ globalNorm: 13.5 }, [3, -4], 12)).toEqual([3, -4, 12]);
  });

  test('gradients of zeros stay zeros', () => {
    for (const options of [{ value: 1 }, { norm: 1 }, { globalNorm: 1 }]) {
      expect(after(options, [0, 0], 0).map(Math.abs)).toEqual([0, 0, 0]);
    }
  });
});

test('it is what the optimizer is, but for the name, and never linear', () => {
  const inner = momentum({ learningRate: 0.1 });
  const outer = clipped(inner, { globalNorm: 1, epsilon: 1e-6 });
  expect(outer).toMatchObject({ name: 'clipped momentum', linear: false });
  expect(outer.hyperparameters).toEqual({
    ...{ ...inner.hyperparameters, globalClipNorm: 1, clipEpsilon: 1e-6 },
  });
  expect(isPure(outer.update)).toBe(true);
  const own = {
    ...inner,
    update: (...given: Parameters<typeof inner.update>) => inner.update(...given),
  };
  expect(isPure(clipped(own, { value: 1 }).update)).toBe(false);
  expect(Object.keys(outer.start({ W1: tf.zeros([1, 1]) }))).toEqual(['vW1']);
});

test.each<[unknown, string]>([
  [{}, 'clipped: nothing to clip by; give one of value, norm and globalNorm.'],
  [{ value: 1, norm: 2 }, 'clipped: value and norm are both given; give one of'],
  [{ norm: 0 }, 'clipped: norm is 0; give a number above 0.'],
  [{ value: '1' }, 'clipped: value is 1; give a number above 0.'],
  [{ norm: 1, epsilon: -1 }, 'clipped: epsilon is -1; give a number from 0.'],
  [{ value: 1, epsilon: 1e-6 }, 'clipped: epsilon is added to a norm, and value has none'],
  [{ clipNorm: 1 }, 'clipped: unknown option clipNorm. Did you mean norm?'],
])('%p is refused', (options, message) => {
  expect(() => clipped(adam(), options as { value: number })).toThrow(ValueError);
  expect(() => clipped(adam(), options as { value: number })).toThrow(message);
  expect(() => clipped(adam as never, { value: 1 })).toThrow('the function adam; call it');
});
