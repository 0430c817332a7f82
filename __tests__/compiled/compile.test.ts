import { readdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { compile } from '../../src/compiled/compile.js';
import type { Compiled, Step } from '../../src/compiled/step.js';
import type { WasmBackend } from '../../src/compiled/wasm/backend.js';
import * as activations from '../../src/core/activations.js';
import { ShapeError } from '../../src/core/errors.js';
import { dense } from '../../src/core/layers.js';
import * as losses from '../../src/core/losses.js';
import { backward, forward, initialize, type Network, network } from '../../src/core/network.js';
import * as optimizers from '../../src/core/optimizers.js';
import { pure } from '../../src/core/pure.js';
import { RandomState } from '../../src/core/random.js';
import { disposeReplaced, matrix, type Params } from '../../src/core/tensors.js';
import type { BackendName } from '../../src/runtime/backends.js';
import { onEachBackend } from '../support/backends.js';
import {
  build,
  multiply,
  type Rows,
  relativeError,
  toRows,
  toTensor,
  transpose,
} from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const { sigmoid, relu } = activations;
const { binaryCrossEntropy } = losses;
const rules = Object.values(optimizers).map((rule) => rule({ learningRate: 0.1 }));

/** The step of training, as training has it. */
function trainingStep(net: Network, optimizer: optimizers.Optimizer): Step {
  return (values, X, Y) => {
    const { caches } = forward(net, values, X);
    const grads = backward(net, values, caches, Y);
    const params = Object.fromEntries(
      net.layers.flatMap((_, i) => [`W${i + 1}`, `b${i + 1}`]).map((name) => [name, values[name]]),
    );
    const next = optimizer.update(params, grads, values);
    return { ...next.params, ...next.state };
  };
}

/** A network of two layers on 3 inputs, and m samples that are one of n_y classes. */
function task({
  hidden = relu,
  output = sigmoid,
  loss = binaryCrossEntropy,
  l2 = 0,
  optimizer = optimizers.gradientDescent({ learningRate: 0.5 }),
  nY = 1,
  m = 11,
}: {
  hidden?: activations.Activation;
  output?: activations.Activation;
  loss?: losses.Loss;
  l2?: number;
  optimizer?: optimizers.Optimizer;
  nY?: number;
  m?: number;
} = {}) {
  const random = new RandomState(3);
  const net = network({ nX: 3, layers: [dense(5, hidden), dense(nY, output)], loss, l2 });
  const X = toTensor(build(3, m, () => random.gauss()));
  const kindOf = (j: number) => (j * j) % (nY + 1);
  const Y = toTensor(
    loss.labels === 'classes'
      ? build(1, m, (_, j) => kindOf(j) % nY)
      : build(nY, m, (i, j) => Number(kindOf(j) === i)),
  );
  const params = initialize(net, random);
  const values: Params = { ...params, ...optimizer.start(params) };
  const step = trainingStep(net, optimizer);
  const dispose = () => disposeReplaced({ X, Y, ...values }, {});
  return { step, values, X, Y, dispose };
}

/** The whole run, one plain step after the other. */
function plainRun(step: Step, values: Params, samples: readonly { X: Tensor2D; Y: Tensor2D }[]) {
  return tf.tidy(() => samples.reduce<Params>((P, { X, Y }) => step(P, X, Y), values));
}

const columns = (M: Tensor2D, batch: Int32Array) => {
  const rows = M.arraySync() as number[][];
  return toTensor(rows.map((row) => Array.from(batch, (j) => row[j])));
};

/** Of what is compiled: XLA is for many. */
let stepsToCome = 0;

async function compiledOf(step: Step, ...[values, X, Y, options]: Rest): Promise<Compiled> {
  const compiled = await compile(pure(step), values, X, Y, { steps: stepsToCome, ...options });
  if ('refused' in compiled) throw new Error(compiled.refused);
  return compiled;
}

type Rest = Parameters<typeof compile> extends [Step, ...infer Others] ? Others : never;

async function refusalOf(step: Step, ...args: Rest): Promise<string> {
  const compiled = await compile(pure(step), ...args);
  if ('refused' in compiled) return compiled.refused;
  compiled.dispose();
  return 'compiled';
}

onEachBackend((name) => {
  testsOf(name);
  if (name !== 'native') return;
  describe('with XLA', () => {
    beforeAll(() => {
      stepsToCome = Number.POSITIVE_INFINITY;
    });
    afterAll(() => {
      stepsToCome = 0;
    });
    testsOf(name);
  });
});

function testsOf(name: BackendName): void {
  if (name === 'cpu' || name === 'float64') {
    test('there is nothing to compile for', async () => {
      const { step, values, X, Y } = task();
      expect(await refusalOf(step, values, X, Y)).toBe(
        `There is nothing to compile for on the backend ${tf.getBackend()}.`,
      );
    });
    return;
  }

  /** On WASM to the bit; on native TensorFlow within float32 rounding, over so many steps. */
  function expectSame(actual: Params, expected: Params): void {
    expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
    for (const [key, P] of Object.entries(expected)) {
      expect(actual[key].shape).toEqual(P.shape);
      const [a, b] = [actual[key], P].map((M) => [...M.dataSync()]);
      if (name === 'wasm') expect(a).toEqual(b);
      else expect(relativeError(a, b)).toBeLessThanOrEqual(1e-5);
    }
  }

  async function expectCompiledLikePlain(given: ReturnType<typeof task>): Promise<void> {
    const { step, values, X, Y } = given;
    const compiled = await compiledOf(step, values, X, Y);
    expect(compiled.engine).toBe(stepsToCome > 0 ? 'xla' : name);
    expectSame(compiled.run(values, 20), plainRun(step, values, new Array(20).fill({ X, Y })));
    const inTwo = compiled.run(compiled.run(values, 13), 7);
    expectSame(inTwo, compiled.run(values, 20));
    compiled.dispose();
  }

  describe('20 compiled steps are 20 plain ones', () => {
    test.each(Object.values(activations))('with $name in the hidden layer', async (hidden) => {
      await expectCompiledLikePlain(task({ hidden }));
    });
    test.each(Object.values(activations))(
      'with $name at the output, a dAL and L2',
      async (output) => {
        await expectCompiledLikePlain(
          task({ output, loss: losses.meanSquaredError, nY: 2, l2: 0.3 }),
        );
      },
    );
    test.each(Object.values(losses))('with $name', async (loss) => {
      await expectCompiledLikePlain(
        task({ loss, output: loss.fused?.activation ?? sigmoid, nY: 3 }),
      );
    });
    test.each(rules)('with the optimizer $name', async (optimizer) => {
      await expectCompiledLikePlain(task({ optimizer }));
    });
    test('of a single sample', () => expectCompiledLikePlain(task({ m: 1 })));
    // From 65,536 numbers on X is packed once on WASM, and fed to the graph from 4,096 on.
    test('of much data', () => expectCompiledLikePlain(task({ m: 22000 })));
  });

  describe('batches', () => {
    // Eleven samples: four, four and the last three, another order each time, and a single one.
    const orders = [
      [3, 1, 4, 10, 5, 9, 2, 6, 8, 7, 0],
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    ];
    const batches = orders
      .flatMap((order) => [order.slice(0, 4), order.slice(4, 8), order.slice(8)])
      .concat([[5]])
      .map((batch) => Int32Array.from(batch));

    test.each(rules)(
      'with a short last one are plain steps on those columns: $name',
      async (optimizer) => {
        const { step, values, X, Y } = task({ optimizer, hidden: activations.tanh });
        const compiled = await compiledOf(step, values, X, Y, { batchSize: 4 });
        const samples = batches.map((batch) => ({ X: columns(X, batch), Y: columns(Y, batch) }));
        expectSame(compiled.runBatches(values, batches), plainRun(step, values, samples));
        compiled.dispose();
      },
    );

    test('and the whole set by turns', async () => {
      const { step, values, X, Y } = task();
      const compiled = await compiledOf(step, values, X, Y, { batchSize: 4 });
      const [batch] = batches;
      const both = compiled.run(compiled.runBatches(values, [batch]), 3);
      const samples = [
        { X: columns(X, batch), Y: columns(Y, batch) },
        ...new Array(3).fill({ X, Y }),
      ];
      expectSame(both, plainRun(step, values, samples));
      compiled.dispose();
    });

    test('of no sample or of an unknown one are an error', async () => {
      const { step, values, X, Y } = task();
      const compiled = await compiledOf(step, values, X, Y, { batchSize: 4 });
      const run =
        (...batch: number[]) =>
        () =>
          compiled.runBatches(values, [Int32Array.from(batch)]);
      expect(run(3, 11)).toThrow(
        new ShapeError('A batch holds the index 11; give indices from 0 to 10.'),
      );
      expect(run(-1)).toThrow('holds the index -1');
      expect(run()).toThrow('holds no sample');
      compiled.dispose();
    });
  });

  describe('values', () => {
    const W = () => ({ a: matrix([1, 2, 3, 4], [2, 2]), b: matrix([5, 6, 7, 8], [2, 2]) });
    const data = () => ({ X: matrix([1, -1], [2, 1]), Y: matrix([0], [1, 1]) });
    /** Two by two, to the step that `next` makes of it. */
    async function valuesAfter(steps: number, next: (a: Tensor, b: Tensor) => [Tensor, Tensor]) {
      const { X, Y } = data();
      const step: Step = ({ a, b }) => {
        const [nextA, nextB] = next(a, b);
        return { a: nextA, b: nextB };
      };
      const compiled = await compiledOf(step, W(), X, Y);
      const { a, b } = compiled.run(W(), steps);
      compiled.dispose();
      return [[...a.dataSync()], [...b.dataSync()]];
    }

    test('that change places', async () => {
      expect(await valuesAfter(3, (a, b) => [b, a])).toEqual([
        [5, 6, 7, 8],
        [1, 2, 3, 4],
      ]);
    });
    test('of which one takes the place of the other', async () => {
      expect(await valuesAfter(2, (a, b) => [tf.add(a, b), a])).toEqual([
        [7, 10, 13, 16],
        [6, 8, 10, 12],
      ]);
    });
    test('that are the same tensor', async () => {
      expect(
        await valuesAfter(2, (a, b) => {
          const sum = tf.add<Tensor2D>(a, b);
          return [sum, sum];
        }),
      ).toEqual([
        [12, 16, 20, 24],
        [12, 16, 20, 24],
      ]);
    });
    test('that stay as they are, and are multiplied with', async () => {
      // b is on the right of the product, where WASM keeps it packed from step to step: a b b.
      const { X, Y } = data();
      const step: Step = ({ a, b }) => ({ a: tf.matMul(a, b), b });
      const compiled = await compiledOf(step, W(), X, Y);
      const expected = (b: Rows) =>
        multiply(
          multiply(
            [
              [1, 2],
              [3, 4],
            ],
            b,
          ),
          b,
        );
      expect(toRows(compiled.run(W(), 2).a)).toEqual(
        expected([
          [5, 6],
          [7, 8],
        ]),
      );
      const other = { ...W(), b: matrix([1, 0, 0, 2], [2, 2]) };
      expect(toRows(compiled.run(other, 2).a)).toEqual(
        expected([
          [1, 0],
          [0, 2],
        ]),
      );
      compiled.dispose();
    });
    test('that are read again when the new one is there already', async () => {
      // a' = 2a, b' = b + a' + a = b + 3a
      expect(
        await valuesAfter(2, (a, b) => {
          const nextA = tf.mul<Tensor2D>(a, 2);
          return [nextA, tf.add(b, tf.add(nextA, a))];
        }),
      ).toEqual([
        [4, 8, 12, 16],
        [5 + 3 + 6, 6 + 6 + 12, 7 + 9 + 18, 8 + 12 + 24],
      ]);
    });
    test('of which each is multiplied into its own place', async () => {
      const random = new RandomState(2);
      const [a, b] = [0, 1].map(() => build(9, 9, () => Math.round(3 * random.gauss())));
      const { X, Y } = data();
      const step: Step = (P) => ({
        a: tf.matMul(P.a, P.b, true),
        b: tf.transpose(P.b),
      });
      const compiled = await compiledOf(step, { a: toTensor(a), b: toTensor(b) }, X, Y);
      const once = multiply(transpose(a), b);
      const after = compiled.run({ a: toTensor(a), b: toTensor(b) }, 2);
      compiled.dispose();
      expect(toRows(after.a)).toEqual(multiply(transpose(once), transpose(b)));
      expect(toRows(after.b)).toEqual(b);
    });
    test('of which one is a factor of its own change', async () => {
      // W - W M / 4: each row of the new W needs the whole row of the old one.
      const random = new RandomState(2);
      const [a, b] = [0, 1].map(() => build(33, 33, () => Math.round(random.gauss())));
      const { X, Y } = data();
      const step: Step = (P) => ({
        a: tf.sub(P.a, tf.div(tf.matMul(P.a, P.b), 4)),
        b: tf.neg(P.b),
      });
      const compiled = await compiledOf(step, { a: toTensor(a), b: toTensor(b) }, X, Y);
      const after = compiled.run({ a: toTensor(a), b: toTensor(b) }, 1);
      compiled.dispose();
      const change = multiply(a, b);
      expect(toRows(after.a)).toEqual(a.map((row, i) => row.map((w, j) => w - change[i][j] / 4)));
    });
    test('that are transposed twice, and so stay as they are', async () => {
      // And one that is only that, which no other operation reads.
      expect(
        await valuesAfter(3, (a, b) => [
          tf.transpose(tf.transpose(a)),
          tf.add(tf.transpose(tf.transpose(b)), a),
        ]),
      ).toEqual([
        [1, 2, 3, 4],
        [5 + 3, 6 + 6, 7 + 9, 8 + 12],
      ]);
      expect(
        await valuesAfter(3, (a, b) => [tf.transpose(tf.transpose(b)), tf.transpose(a)]),
      ).toEqual([
        [5, 7, 6, 8], // (b, aᵀ), (aᵀ, bᵀ), (bᵀ, a)
        [1, 2, 3, 4],
      ]);
    });
    test('that are constants, or computed from none of the old ones', async () => {
      expect(await valuesAfter(2, (a) => [tf.onesLike(a), matrix([1, 2, 3, 4], [2, 2])])).toEqual([
        [1, 1, 1, 1],
        [1, 2, 3, 4],
      ]);
      expect(await valuesAfter(2, (_, b) => [b, tf.zeros<tf.Rank.R2>([2, 2])])).toEqual([
        [0, 0, 0, 0],
        [0, 0, 0, 0],
      ]);
    });
    test('of any name', async () => {
      const { X, Y } = data();
      const names = ['vélocité de W1', 'a/b:0', '__proto', '^ctrl'];
      const values = Object.fromEntries(names.map((name, i) => [name, matrix([i], [1, 1])]));
      const step: Step = (P) =>
        Object.fromEntries(names.map((name) => [name, tf.add<Tensor2D>(P[name], 1)]));
      const compiled = await compiledOf(step, values, X, Y);
      const after = compiled.run(values, 3);
      expect(names.map((name) => after[name].dataSync()[0])).toEqual([3, 4, 5, 6]);
      compiled.dispose();
    });
    test('that are transposed twice, but not back', async () => {
      const { X, Y } = data();
      const wide = [
        [1, 2, 3],
        [4, 5, 6],
      ];
      const turned = (M: Tensor) => tf.reshape(tf.transpose(M), [2, 3]) as Tensor2D;
      const step: Step = ({ a }) => ({ a: turned(turned(a)) });
      const compiled = await compiledOf(step, { a: toTensor(wide) }, X, Y);
      // 1 4 2 | 5 3 6, and of that 1 5 4 | 3 2 6.
      expect(toRows(compiled.run({ a: toTensor(wide) }, 1).a)).toEqual([
        [1, 5, 4],
        [3, 2, 6],
      ]);
      compiled.dispose();
    });
    test('of which some rows or columns are gathered', async () => {
      const { X, Y } = data();
      const tall = build(40, 3, (i, j) => 10 * i + j);
      const every = Array.from({ length: 20 }, (_, i) => 2 * i);
      const orders = [
        [1, 2, 3, 7, 8, 0, 39, 39],
        [...every, ...every],
      ];
      for (const order of orders) {
        const step: Step = ({ a }) => {
          const some = tf.gather(a, tf.tensor1d(order, 'int32'));
          const columns = tf.gather(some, tf.tensor1d([2, 0, 1], 'int32'), 1);
          return {
            a: tf.pad(columns, [
              [0, 40 - order.length],
              [0, 0],
            ]),
          };
        };
        const compiled = await compiledOf(step, { a: toTensor(tall) }, X, Y);
        const expected = build(40, 3, (i, j) =>
          i < order.length ? tall[order[i]][[2, 0, 1][j]] : 0,
        );
        expect(toRows(compiled.run({ a: toTensor(tall) }, 1).a)).toEqual(expected);
        compiled.dispose();
      }
    });
    test('of other kinds inside the step', async () => {
      expect(
        await valuesAfter(1, (a, b) => [
          tf.cast(tf.greater(a, 2), 'float32'),
          tf.where(tf.less(b, 7), a, b),
        ]),
      ).toEqual([
        [0, 0, 1, 1],
        [1, 2, 7, 8],
      ]);
    });
    test('no steps give them back as new tensors', async () => {
      const { step, values, X, Y } = task();
      const compiled = await compiledOf(step, values, X, Y);
      const same = compiled.run(values, 0);
      expectSame(same, values);
      disposeReplaced(same, {});
      expectSame(compiled.runBatches(values, []), values);
      compiled.dispose();
    });
    test('stay as they are', async () => {
      const { step, values, X, Y } = task();
      const before = Object.values(values).map((P) => [...P.dataSync()]);
      const compiled = await compiledOf(step, values, X, Y);
      compiled.run(values, 3);
      compiled.dispose();
      expect(Object.values(values).map((P) => [...P.dataSync()])).toEqual(before);
    });
    test('of another shape are an error', async () => {
      const { step, values, X, Y } = task();
      const compiled = await compiledOf(step, values, X, Y);
      const other = { ...values, b1: values.b2 };
      expect(() => compiled.run(other, 1)).toThrow(ShapeError);
      expect(() => compiled.run(other, 1)).toThrow('b1 (1, 1)');
      expect(() => compiled.runBatches({}, [])).toThrow(ShapeError);
      compiled.dispose();
    });
    test('that become NaN do so as in the plain step', async () => {
      const { step, values, X, Y } = task();
      const compiled = await compiledOf(step, values, X, Y);
      const broken = { ...values, W1: tf.fill([5, 3], Number.NaN) };
      expectNaN(compiled.run(broken, 1).W1);
      compiled.dispose();
    });
    const expectNaN = (P: Tensor) => expect([...P.dataSync()].every(Number.isNaN)).toBe(true);
  });

  describe('is refused, in one sentence:', () => {
    test('a step that looks at a value', async () => {
      const { step, values, X, Y } = task();
      const looking: Step = (P, ...data) => (P.W1.dataSync()[0] > 9 ? P : step(P, ...data));
      await expectFlatMemory(async () => {
        expect(await refusalOf(looking, values, X, Y)).toBe(
          'The step reads values back, so what it does may depend on them.',
        );
      });
    });
    test('a step that looks at a value of the short last batch', async () => {
      const { step, values, X, Y } = task();
      const looking: Step = (P, X, Y) => {
        if (X.shape[1] === 3) P.W1.dataSync();
        return step(P, X, Y);
      };
      expect(await refusalOf(looking, values, X, Y, { batchSize: 4 })).toMatch(/reads values back/);
      expect(await refusalOf(looking, values, X, Y, { batchSize: 11 })).toBe('compiled');
    });
    test('a step that is another one each time', async () => {
      const { step, values, X, Y } = task();
      let calls = 0;
      const counting: Step = (P, ...data) => {
        const next = step(P, ...data);
        return { ...next, b1: tf.add(next.b1, calls++) };
      };
      await expectFlatMemory(async () => {
        expect(await refusalOf(counting, values, X, Y)).toBe(
          'The replayed step gives another b1 than the plain one.',
        );
      });
    });
    test('a step that draws random numbers', async () => {
      const { step, values, X, Y } = task();
      const noisy: Step = (P, X, Y) => step(P, tf.add(X, tf.randomUniform(X.shape)), Y);
      expect(await refusalOf(noisy, values, X, Y)).toMatch(/^The replayed step gives another /);
    });
    test('values that are no float32', async () => {
      const { step, values, X, Y } = task();
      const whole = { ...values, n: tf.zeros<tf.Rank.R2>([1, 1], 'int32') };
      expect(await refusalOf(step, whole, X, Y)).toBe('n is int32, and only float32 is recorded.');
    });
    test('a kernel in JavaScript', async () => {
      // A kernel of our own, which both backends run alike and neither has a call for.
      const { step, values, X, Y } = task();
      const backendName = tf.getBackend();
      tf.registerKernel({
        kernelName: 'Homemade',
        backendName,
        kernelFunc: ({ inputs }) => {
          const { dataId, shape } = inputs.x as Tensor2D;
          const values = (tf.backend().readSync(dataId) as Float32Array).map((x) => 2 * x);
          return { dataId: tf.backend().write(values, shape, 'float32'), shape, dtype: 'float32' };
        },
      });
      const homemade: Step = (P, X, Y) =>
        step(
          { ...P, W1: tf.engine().runKernel('Homemade', { x: P.W1 }) as unknown as Tensor2D },
          X,
          Y,
        );
      await expectFlatMemory(async () => {
        expect(await refusalOf(homemade, values, X, Y)).toBe(
          'The kernel Homemade runs in JavaScript on this backend: there is no call to record.',
        );
      });
      tf.unregisterKernel('Homemade', backendName);
    });
    if (name === 'wasm') {
      test('where code may not be made', async () => {
        const { step, values, X, Y } = task();
        const { Function: original } = globalThis;
        globalThis.Function = function forbidden() {
          throw new EvalError('forbidden');
        } as never;
        const before = tf.backend().numDataIds();
        try {
          expect(await refusalOf(step, values, X, Y)).toBe(
            'The recorded step does not become code here: forbidden',
          );
        } finally {
          globalThis.Function = original;
        }
        expect(tf.backend().numDataIds()).toBe(before);
      });
      test('a kernel that is not on the list', async () => {
        const { step, values, X, Y } = task();
        const mirrored = (b: Tensor) =>
          tf.slice(
            tf.mirrorPad(
              b,
              [
                [1, 1],
                [0, 0],
              ],
              'reflect',
            ),
            [1, 0],
            [5, 1],
          );
        const mirroring: Step = (P, X, Y) => step({ ...P, b1: mirrored(P.b1) }, X, Y);
        expect(await refusalOf(mirroring, values, X, Y)).toBe(
          'The kernel MirrorPad is not one that is recorded.',
        );
      });
    }
  });

  test('what is refused for a size of batch later runs plain', async () => {
    const { step, values, X, Y } = task();
    const picky: Step = (P, X, Y) => {
      if (X.shape[1] === 2) P.W1.dataSync();
      return step(P, X, Y);
    };
    const compiled = await compiledOf(picky, values, X, Y, { batchSize: 4 });
    const batches = [
      [0, 1, 2, 3],
      [4, 5],
      [6, 7],
      [8, 9, 10, 0],
    ].map((batch) => Int32Array.from(batch));
    const samples = batches.map((batch) => ({ X: columns(X, batch), Y: columns(Y, batch) }));
    expectSame(compiled.runBatches(values, batches), plainRun(step, values, samples));
    compiled.dispose();
  });

  describe('nothing is left behind', () => {
    /** What the backend holds, which is more than tfjs knows of. */
    const held = () => tf.backend().numDataIds();

    test('after dispose, and the second time nothing happens', async () => {
      const { step, values, X, Y } = task();
      const before = held();
      await expectFlatMemory(async () => {
        const compiled = await compiledOf(step, values, X, Y, { batchSize: 4 });
        disposeReplaced(compiled.run(values, 2), {});
        disposeReplaced(compiled.runBatches(values, [Int32Array.of(1, 2)]), {});
        compiled.dispose();
        compiled.dispose();
      });
      expect(held()).toBe(before);
    });

    if (name === 'wasm') {
      test('not a block of the heap', async () => {
        const { step, values, X, Y } = task();
        const { wasm } = tf.backend() as WasmBackend;
        const blocks = new Set<number>();
        const { _malloc: malloc, _free: free } = wasm;
        wasm._malloc = (bytes) => {
          const address = malloc(bytes);
          blocks.add(address);
          return address;
        };
        wasm._free = (address) => {
          blocks.delete(address);
          free(address);
        };
        const compiled = await compiledOf(step, values, X, Y, { batchSize: 4 });
        disposeReplaced(compiled.run(values, 2), {});
        expect(blocks.size).toBeGreaterThan(20);
        compiled.dispose();
        Object.assign(wasm, { _malloc: malloc, _free: free });
        expect([...blocks]).toEqual([]);
      });
    }

    if (name === 'native') {
      const folder = temporaryFolder();
      const { TMPDIR } = process.env;
      afterEach(() => {
        if (TMPDIR === undefined) delete process.env.TMPDIR;
        else process.env.TMPDIR = TMPDIR;
      });
      test('not a graph, and not a file', async () => {
        const { binding } = tf.backend() as unknown as {
          binding: { getNumOfSavedModels(): number };
        };
        const files = () => readdirSync(folder);
        const before = binding.getNumOfSavedModels();
        process.env.TMPDIR = folder; // where the system keeps temporary files
        const { step, values, X, Y } = task();
        const compiled = await compiledOf(step, values, X, Y, { batchSize: 4 });
        expect(binding.getNumOfSavedModels()).toBe(before + 2);
        compiled.dispose();
        expect(binding.getNumOfSavedModels()).toBe(before);
        expect(files()).toEqual([]);
      });
    }

    test('by runs', async () => {
      const { step, values, X, Y } = task();
      const compiled = await compiledOf(step, values, X, Y, { batchSize: 4 });
      const batches = [Int32Array.of(0, 1, 2, 3), Int32Array.of(9, 8, 7, 6)];
      const once = () => {
        disposeReplaced(compiled.run(values, 2), {});
        disposeReplaced(compiled.runBatches(values, batches), {});
      };
      once();
      const before = held();
      await expectFlatMemory(once);
      expect(held()).toBe(before);
      compiled.dispose();
    });

    test.each([1, 2, 3])(
      'after the step throws, the time that it is called number %i',
      async (n) => {
        const { step, values, X, Y } = task();
        let calls = 0;
        const throwing: Step = (...args) => {
          const next = step(...args);
          if (++calls === n) throw new Error(`call ${n}`);
          return next;
        };
        const before = held();
        await expectFlatMemory(async () => {
          await expect(compile(pure(throwing), values, X, Y)).rejects.toThrow(`call ${n}`);
        });
        expect(held()).toBe(before);
        await expectCompiledLikePlain(task());
      },
    );

    test('after the step gives other values than it was given', async () => {
      const { step, values, X, Y } = task();
      const before = held();
      await expectFlatMemory(async () => {
        const losing: Step = (...args) => ({ W1: step(...args).W1 });
        await expect(compile(pure(losing), values, X, Y)).rejects.toThrow(ShapeError);
        await expect(compile(pure(losing), values, X, Y)).rejects.toThrow(
          'but gives back W1 (5, 3)',
        );
      });
      expect(held()).toBe(before);
    });

    test('plain steps go on as before', async () => {
      const { step, values, X, Y } = task({ hidden: activations.leakyRelu });
      const before = plainRun(step, values, [{ X, Y }]);
      const compiled = await compiledOf(step, values, X, Y);
      const during = plainRun(step, values, [{ X, Y }]);
      compiled.dispose();
      const afterwards = plainRun(step, values, [{ X, Y }]);
      for (const [key, P] of Object.entries(before)) {
        expect([...during[key].dataSync()]).toEqual([...P.dataSync()]);
        expect([...afterwards[key].dataSync()]).toEqual([...P.dataSync()]);
      }
    });
  });

  test('constants of the outside live as long as they are needed', async () => {
    const { step, values, X, Y } = task();
    const shift = tf.keep(tf.fill([5, 1], 0.25)) as Tensor2D;
    const shifted: Step = (P, X, Y) => step({ ...P, b1: tf.add(P.b1, shift) }, X, Y);
    const expected = plainRun(shifted, values, new Array(2).fill({ X, Y }));
    const compiled = await compiledOf(shifted, values, X, Y);
    shift.dispose();
    const others = Array.from({ length: 20 }, () => tf.fill([5, 1], 9));
    expectSame(compiled.run(values, 2), expected);
    tf.dispose(others);
    compiled.dispose();
  });
}
