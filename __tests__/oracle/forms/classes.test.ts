import { beforeEach, expect, test } from '@jest/globals';
import type * as tfjs from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { checkGradients } from '../../../src/oracle/checkGradients.js';
import { exportedSubject } from '../../../src/oracle/exported.js';
import { anyBackend } from '../../support/backends.js';
import { expectFlatMemory } from '../../support/memory.js';
import { batchNorm } from './layers.js';

beforeEach(anyBackend);

type TF = typeof tfjs;

const verdicts = async (module: object) => {
  const subject = exportedSubject(module as Record<string, unknown>, 'mine.mjs');
  const { parameters } = await expectFlatMemory(() => checkGradients(subject));
  return Object.fromEntries(parameters.map((p) => [p.name, p.passed]));
};

/** Parameters in fields, their gradients beside them. */
class BatchNorm {
  gamma!: Tensor;
  beta!: Tensor;
  dgamma?: Tensor;
  dbeta?: Tensor;
  cache!: Parameters<typeof batchNorm.backward>[2];
  constructor(
    readonly D: number,
    readonly eps = 1e-5,
  ) {}
  forward(t: TF, x: Tensor) {
    if (x.shape[1] !== this.D) throw new Error(`D is ${this.D}`);
    const { y, cache } = batchNorm.forward(t, x, this.gamma, this.beta, this.eps);
    this.cache = cache;
    return y;
  }
  backward(t: TF, dy: Tensor) {
    const { dx, dgamma, dbeta } = batchNorm.backward(t, dy, this.cache);
    [this.dgamma, this.dbeta] = [dgamma, dbeta];
    return dx;
  }
}

const { shapes } = batchNorm;

test('gradients in fields, the size of a dimension for the constructor', async () => {
  expect(await verdicts({ shapes, BatchNorm })).toEqual({ dx: true, dgamma: true, dbeta: true });
});

test('a gradient that is never put into its field, and one that is halved', async () => {
  class Forgetful extends BatchNorm {
    override backward(t: TF, dy: Tensor) {
      const dx = super.backward(t, dy);
      this.dgamma = undefined;
      this.dbeta = t.div(this.dbeta as Tensor, 2);
      return dx;
    }
  }
  expect(await verdicts({ shapes, Forgetful })).toEqual({ dx: true, dgamma: false, dbeta: false });
});

/** As numpy-ml has it: this.parameters and this.gradients. */
class Dense {
  parameters: Record<string, Tensor2D> = {};
  gradients: Record<string, Tensor> = {};
  X!: Tensor2D;
  constructor(t: TF, D: number, M: number) {
    this.parameters = { W: t.zeros([D, M]), b: t.zeros([1, M]) };
  }
  forward(t: TF, X: Tensor2D) {
    this.X = X;
    return t.add(t.matMul(X, this.parameters.W), this.parameters.b);
  }
  backward(t: TF, dLdy: Tensor2D) {
    this.gradients = { W: t.matMul(this.X, dLdy, true), b: t.sum(dLdy, 0, true) };
    return t.matMul(dLdy, this.parameters.W, false, true);
  }
}
const sides = { X: ['N', 'D'], W: ['D', 'M'], b: [1, 'M'] };

test('parameters and gradients in groups', async () => {
  expect(await verdicts({ shapes: sides, Dense })).toEqual({ dX: true, dW: true, db: true });
});

test('the sum over the wrong axis, a transpose left out', async () => {
  class Wrong extends Dense {
    override backward(t: TF, dLdy: Tensor2D) {
      const dX = super.backward(t, dLdy);
      this.gradients.b = t.mean(dLdy, 0, true);
      return t.neg(dX) as Tensor2D;
    }
  }
  expect(await verdicts({ shapes: sides, Wrong })).toEqual({ dX: false, dW: true, db: false });
});

test('two classes: which?', async () => {
  await expect(verdicts({ shapes: sides, Dense, BatchNorm })).rejects.toThrow(
    'mine.mjs exports 2 classes with a forward and a backward pass: Dense, BatchNorm. Export the one that is to be checked.',
  );
});

test('a constructor that asks for what nobody says', async () => {
  class Scaled extends Dense {
    constructor(t: TF, D: number, M: number, scale: number) {
      super(t, D, M);
      if (scale) throw new Error();
    }
  }
  await expect(verdicts({ shapes: sides, Scaled })).rejects.toThrow(
    'forward: the constructor takes scale, and nothing says what it is.',
  );
  expect(await verdicts({ shapes: sides, options: { scale: 0 }, Scaled })).toEqual({
    dX: true,
    dW: true,
    db: true,
  });
});

/** silu(x) = x σ(x), whose derivative is σ + x σ (1 - σ) */
const silu = (derivative: (t: TF, x: Tensor, s: Tensor) => Tensor) =>
  tf.customGrad((x, save) => {
    (save as (tensors: Tensor[]) => void)([x as Tensor]);
    const gradFunc = (dy: Tensor, [x]: Tensor[]) =>
      tf.mul(dy, derivative(tf, x, tf.sigmoid(x))) as Tensor;
    return { value: tf.mul(x as Tensor, tf.sigmoid(x as Tensor)) as Tensor, gradFunc };
  });
const right = (t: TF, x: Tensor, s: Tensor) => t.add(s, t.mul(x, t.mul(s, t.sub(1, s)))) as Tensor;

test('a custom gradient', async () => {
  expect(await verdicts({ shapes: { x: ['N', 'D'] }, op: silu(right) })).toEqual({ dx: true });
  const forgets = (t: TF, x: Tensor, s: Tensor) => t.mul(x, t.mul(s, t.sub(1, s))) as Tensor;
  expect(await verdicts({ shapes: { x: ['N', 'D'] }, op: silu(forgets) })).toEqual({ dx: false });
});

test('a custom gradient within a function of more', async () => {
  const op = (clipped: boolean) => (t: TF, x: Tensor2D, w: Tensor2D) =>
    silu(clipped ? (_t, _x, s) => s : right)(t.matMul(x, w));
  const shapes = { x: ['N', 'D'], w: ['D', 'M'] };
  expect(await verdicts({ shapes, op: op(false) })).toEqual({ dx: true, dw: true });
  expect(await verdicts({ shapes, op: op(true) })).toEqual({ dx: false, dw: false });
});
