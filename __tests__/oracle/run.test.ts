import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { CheckError, ShapeError } from '../../src/core/errors.js';
import { FLOAT64 } from '../../src/float64/index.js';
import { assertAlive, runBackward, runForward } from '../../src/oracle/run.js';
import type { Point, Subject, Tensors } from '../../src/oracle/subject.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

beforeAll(async () => {
  await tf.setBackend(FLOAT64);
});

let point: Point;
beforeEach(() => {
  tf.engine().startScope();
  point = {
    params: { W: tf.tensor2d([[2]]), b: tf.scalar(1) },
    X: tf.ones([1, 3]),
    Y: tf.zeros([1, 3]),
  };
});
afterEach(() => tf.engine().endScope());

/** Whatever a user may have written. */
type Loose = (...args: never[]) => unknown;

const forwardOf = (forward: Loose) => () => runForward({ forward } as unknown as Subject, point);
const backwardOf = (backward: Loose) => () =>
  runBackward({ backward } as unknown as Subject, point, 'the cache');

describe('runForward', () => {
  test('hands over tf, the parameters, X and Y; gives the cost and the cache', () => {
    const { cost, cache } = forwardOf((...args) => ({ cost: tf.scalar(3), cache: args }))();
    expect(cost.dataSync()[0]).toBe(3);
    const [given, params, X, Y] = cache as unknown[];
    expect(given).toMatchObject({ matMul: tf.matMul, engine: tf.engine, Tensor: tf.Tensor });
    expect([params, X, Y]).toEqual([point.params, point.X, point.Y]);
  });

  test.each([[[1]], [[1, 1]], [[]]])('a cost of the shape (%p) is a scalar', (shape) => {
    const { cost } = forwardOf(() => ({ cost: tf.fill(shape, 3) }))();
    expect([cost.shape, cost.dataSync()[0]]).toEqual([[], 3]);
  });

  test.each<[string, Loose, string]>([
    ['nothing', () => undefined, 'forward returns nothing; it must return { cost, cache }'],
    ['null', () => null, 'forward returns nothing; it must'],
    ['the cost alone', () => tf.scalar(1), 'forward returns a tensor; it must'],
    ['a number', () => 1, 'forward returns a number; it must'],
    ['a pair', () => [tf.scalar(1), 2], 'forward returns an array; it must'],
    ['another name', () => ({ J: tf.scalar(1) }), 'forward returns an object; it must'],
    ['a cost of numbers', () => ({ cost: 0.5 }), 'a cost that is a number; return the scalar'],
    ['no cost', () => ({ cost: undefined }), 'a cost that is nothing; return the scalar'],
    [
      'a cost for each sample',
      () => ({ cost: tf.ones([1, 3]) }),
      'of the shape (1, 3); it must be',
    ],
    ['a promise', async () => ({ cost: tf.scalar(1) }), 'forward returns a promise; a pass is'],
  ])('%s', (_, forward, message) => {
    expect(forwardOf(forward)).toThrow(CheckError);
    expect(forwardOf(forward)).toThrow(message);
  });
});

describe('runBackward', () => {
  test('hands over the cache last, and gives the gradients', () => {
    let given: unknown[] = [];
    const dW = tf.ones([1, 1]);
    const grads = backwardOf((...args) => {
      given = args;
      return { dW };
    })();
    expect(grads).toEqual({ dW });
    expect(given.slice(1)).toEqual([point.params, point.X, point.Y, 'the cache']);
  });

  test.each<[string, Loose, string]>([
    [
      'nothing',
      () => undefined,
      'backward returns nothing; it must return the gradients by their names, { dW, db }.',
    ],
    ['a tensor', () => tf.ones([1, 1]), 'backward returns a tensor; it must'],
    ['a string', () => 'dW', 'backward returns a string; it must'],
    ['an array', () => [[1]], 'backward returns an array for 0; return the tensor itself'],
    ['rows', () => ({ dW: [[1]] }), 'backward returns an array for dW; return the tensor itself'],
    ['a number', () => ({ db: 1 }), 'backward returns a number for db; return the tensor itself'],
    ['no value', () => ({ dW: undefined }), 'backward returns nothing for dW'],
    ['a promise', async () => ({}), 'backward returns a promise; a pass is synchronous'],
  ])('%s', (_, backward, message) => {
    expect(backwardOf(backward)).toThrow(CheckError);
    expect(backwardOf(backward)).toThrow(message);
  });

  test('a gradient that is disposed', () => {
    const backward = () => {
      let dW: unknown;
      tf.tidy(() => {
        dW = tf.ones([1, 1]);
      });
      return { dW };
    };
    expect(backwardOf(backward)).toThrow('backward returns dW disposed: a tf.tidy around it');
  });

  test('a promise that fails later fails nothing else', async () => {
    const backward = async () => {
      throw new RangeError('later');
    };
    expect(backwardOf(backward)).toThrow('returns a promise');
    await new Promise((resolve) => setImmediate(resolve)); // an unhandled rejection would end the run
  });
});

describe('an error comes through', () => {
  const folder = temporaryFolder();

  /** A module of the user's, whose third line is in `backward`. */
  async function load(name: string, line: string): Promise<Loose> {
    const path = join(folder, `${name}.mjs`);
    writeFileSync(path, `\nexport function backward(tf, params, X, Y) {\n  ${line}\n}\n`);
    return (await import(pathToFileURL(path).href)).backward;
  }

  test.each<[name: string, line: string, message: RegExp]>([
    ['error', "throw new RangeError('not today')", /^backward throws: not today \(/],
    ['reference', 'return dZ;', /^backward throws: dZ is not defined \(/],
    ['deep', 'return tf.tidy(() => tf.matMul(X, Y));', /^backward: matMul: .*columns.* \(/],
  ])(
    '%s: with the first line of its message, and the file and the line',
    async (name, line, message) => {
      const backward = await load(name, line);
      expect(backwardOf(backward)).toThrow(CheckError);
      expect(backwardOf(backward)).toThrow(message);
      expect(backwardOf(backward)).toThrow(new RegExp(`[\\\\/]${name}\\.mjs:3:\\d+\\)$`));
    },
  );

  test('of a message of several lines the first', () => {
    const failing = backwardOf(() => {
      throw new RangeError('one\ntwo');
    });
    expect(failing).toThrow(/^backward throws: one/);
    expect(failing).not.toThrow(/two/);
  });

  test('the error itself is the cause', () => {
    const cause = new RangeError('not today');
    const failing = backwardOf(() => {
      throw cause;
    });
    expect(failing).toThrow(expect.objectContaining({ cause }));
  });

  test('one of ours keeps its sentences', () => {
    const failing = backwardOf(() => {
      throw new ShapeError('W is (3, 2), expected (2, 3).');
    });
    expect(failing).toThrow(/^backward: W is \(3, 2\), expected \(2, 3\)\./);
  });

  test('what is thrown need not be an error', () => {
    const failing = backwardOf(() => {
      throw 'a string';
    });
    expect(failing).toThrow(/^backward throws: a string$/);
  });

  test('the limit of the stack trace is put back', () => {
    const { stackTraceLimit } = Error;
    expect(
      backwardOf(() =>
        tf.matMul(
          [[1]],
          [
            [1, 2],
            [3, 4],
          ],
        ),
      ),
    ).toThrow('matMul');
    expect(Error.stackTraceLimit).toBe(stackTraceLimit);
  });
});

describe('assertAlive', () => {
  test('says nothing where all live', () => {
    expect(() => assertAlive(point, 'forward')).not.toThrow();
  });

  test.each(['W', 'b', 'X', 'Y'])('%s: by name, and by whom', (name) => {
    const { params, X, Y } = point;
    tf.dispose(({ ...params, X, Y } as Tensors)[name]);
    expect(() => assertAlive(point, 'backward')).toThrow(CheckError);
    expect(() => assertAlive(point, 'backward')).toThrow(
      `backward disposes ${name}, which is not its own.`,
    );
  });
});
