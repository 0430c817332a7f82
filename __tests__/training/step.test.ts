import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { gradientDescent } from '../../src/core/optimizers.js';
import { costOf, step, type TrainingState } from '../../src/training/step.js';
import { onEachBackend } from '../support/backends.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { build, gradientCases } from '../support/goldens.js';
import { build as matrixOf, relativeError } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';
import { smallTask, throwingLayer } from '../support/smallTask.js';

onEachBackend(() => {
  test("a step takes W - α dW and b - α db of PyTorch's gradients", () => {
    const golden = gradientCases[3]; // three layers, with an L2 term
    const { network, params, X, Y } = build(golden);
    const state: TrainingState = { params, optimizerState: {} };
    const J = step(
      network,
      gradientDescent({ learningRate: 0.1 }),
      state,
      { X, Y },
      {
        wantsCost: true,
      },
    );
    expect(relativeError(J!.dataSync(), [golden.cost])).toBeLessThanOrEqual(1e-6);
    for (const [name, P] of Object.entries(state.params)) {
      const [before, gradient] = [golden[name as 'W1'], golden[`d${name as 'W1'}`]];
      expectMatrix(
        P,
        matrixOf(before.length, before[0].length, (i, j) => before[i][j] - 0.1 * gradient[i][j]),
      );
    }
  });

  test('the cost comes back only where it is wanted', () => {
    const { network, optimizer, state, X, Y } = smallTask();
    expect(step(network, optimizer, state, { X, Y })).toBeUndefined();
    expect(step(network, optimizer, state, { X, Y }, { wantsCost: true })?.shape).toEqual([]);
  });

  test.each([3, 5])("the cost of many samples is PyTorch's, in parts: case %i", (which) => {
    const golden = gradientCases[which]; // with an L2 term
    const { network, params, X, Y } = build(golden);
    expect(golden.l2).toBeGreaterThan(0);
    const outputs = 2 * golden.layers.slice(1).reduce((sum, n) => sum + n); // Z and A
    const before = tf.memory().numTensors;
    for (const samples of [1, 2, 3, golden.m]) {
      const J = costOf(network, params, X, Y, samples * outputs);
      expect(relativeError(J.dataSync(), [golden.cost])).toBeLessThanOrEqual(1e-6);
      J.dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  test('memory is flat over 1,000 steps', async () => {
    const task = smallTask();
    await expectFlatMemory(() => {
      for (let i = 0; i < 1000; i++) {
        step(task.network, task.optimizer, task.state, task, {
          wantsCost: i % 100 === 0,
        })?.dispose();
      }
    });
    task.dispose();
  });

  test('the replaced parameters are freed, the data is not', () => {
    const { network, optimizer, state, X, Y } = smallTask();
    const old = Object.values(state.params);
    step(network, optimizer, state, { X, Y });
    expect(old.every(({ isDisposed }) => isDisposed)).toBe(true);
    expect(X.isDisposed || Y.isDisposed).toBe(false);
  });

  describe('an error in the middle of a step', () => {
    test('of a layer: memory and parameters are as before, and training can go on', async () => {
      const { network, optimizer, state, X, Y, values } = smallTask({ output: throwingLayer(3) });
      const next = () => step(network, optimizer, state, { X, Y });
      next();
      next();
      const before = values();
      await expectFlatMemory(() => expect(next).toThrow('step 3 backward'));
      expect(values()).toEqual(before);
      next();
      expect(values()).not.toEqual(before);
    });

    test('of the loss, at the very end', async () => {
      const { network, optimizer, state, X, Y, values } = smallTask();
      const { fused } = network.loss;
      const forward = (ZL: tf.Tensor2D, Y: tf.Tensor2D) => {
        fused!.forward(ZL, Y);
        throw new Error('no cost');
      };
      const throwing = { ...network, loss: { ...network.loss, fused: { ...fused!, forward } } };
      const before = values();
      await expectFlatMemory(() => {
        expect(() => step(throwing, optimizer, state, { X, Y }, { wantsCost: true })).toThrow(
          'no cost',
        );
      });
      expect(values()).toEqual(before);
    });

    test('of the optimizer', async () => {
      const { network, optimizer, state, X, Y, values } = smallTask();
      const throwing = {
        ...optimizer,
        update: (...args: Parameters<typeof optimizer.update>) => {
          optimizer.update(...args);
          throw new Error('no update');
        },
      };
      const before = values();
      await expectFlatMemory(() => {
        expect(() => step(network, throwing, state, { X, Y }, { wantsCost: true })).toThrow(
          'no update',
        );
      });
      expect(values()).toEqual(before);
    });
  });

  test('an optimizer that remembers: its old state is freed, what it hands on lives', async () => {
    const { network, optimizer, state, X, Y } = smallTask();
    const averaging = {
      ...optimizer,
      update: (
        params: typeof state.params,
        grads: typeof state.params,
        old: typeof state.params,
      ) => ({
        params: { ...optimizer.update(params, grads, {}).params, b1: params.b1 },
        state: { vW1: tf.add<tf.Tensor2D>(tf.mul(0.9, old.vW1), grads.dW1), fixed: old.fixed },
      }),
    };
    state.optimizerState = { vW1: tf.zerosLike(state.params.W1), fixed: tf.zeros([1, 1]) };
    const { b1 } = state.params;
    await expectFlatMemory(() => {
      for (let i = 0; i < 10; i++) step(network, averaging, state, { X, Y });
    });
    expect(state.params.b1).toBe(b1);
    expect(b1.isDisposed || state.optimizerState.fixed.isDisposed).toBe(false);
  });
});
