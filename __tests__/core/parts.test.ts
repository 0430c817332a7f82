import { describe, expect, test } from '@jest/globals';
import { relu, sigmoid } from '../../src/core/activations.js';
import { ValueError } from '../../src/core/errors.js';
import { normal, zeros } from '../../src/core/initializers.js';
import { binaryCrossEntropy } from '../../src/core/losses.js';
import { gradientDescent, momentum } from '../../src/core/optimizers.js';
import {
  assertActivation,
  assertInitializer,
  assertLoss,
  assertOptimizer,
} from '../../src/core/parts.js';

test('what handgrad has passes, and an object that is like it', () => {
  assertActivation('g', sigmoid);
  assertActivation('g', { ...relu, name: 'mine' });
  assertLoss('J', binaryCrossEntropy);
  assertInitializer('W', zeros);
  assertInitializer('W', normal(0.1));
  assertOptimizer('rule', momentum({ learningRate: 0.1 }));
});

describe('a string, or what cannot do it, is refused with the cure', () => {
  const { takes, ...untold } = binaryCrossEntropy;
  test.each<[string, () => void, string]>([
    [
      'a name',
      () => assertActivation('activation 2', 'sigmoid'),
      "activation 2 is the string 'sigmoid'; import { sigmoid } from 'handgrad' and pass sigmoid.",
    ],
    [
      'a name of Keras',
      () => assertLoss('the loss', 'mse'),
      "the loss is the string 'mse'; import { meanSquaredError } from 'handgrad' and pass meanSquaredError.",
    ],
    [
      'a name of what is to be made',
      () => assertOptimizer('the optimizer', 'sgd'),
      "the optimizer is the string 'sgd'; import { gradientDescent } from 'handgrad' and pass gradientDescent(…).",
    ],
    [
      'a name that is not there',
      () => assertOptimizer('the optimizer', 'lbfgs'),
      "the optimizer is the string 'lbfgs', which handgrad does not have; import one of adagrad, adam, adamw, gradientDescent, momentum, nesterov, rmsprop and pass it.",
    ],
    [
      'a function that was not called',
      () => assertOptimizer('the optimizer', gradientDescent),
      'the optimizer is the function gradientDescent; call it: gradientDescent(…).',
    ],
    [
      'an initializer that was not called',
      () => assertInitializer('the initializer', normal),
      'the initializer is the function normal; call it: normal(…).',
    ],
    [
      'a plain function',
      () => assertActivation('activation 1', Math.tanh),
      'activation 1 is the function tanh without gives; pass one of elu, gelu, hardSigmoid, leakyRelu, linear, relu, sigmoid, silu, softmax, softplus, tanh, or an object like it.',
    ],
    ['nothing', () => assertLoss('the loss', null), 'the loss is null without takes;'],
    [
      'a loss that does not say its labels',
      () => assertLoss('the loss', untold),
      'the loss is an object without takes;',
    ],
  ])('%s', (_, refused, message) => {
    expect(refused).toThrow(ValueError);
    expect(refused).toThrow(message);
  });
});
