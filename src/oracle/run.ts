import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { CheckError, HandgradError } from '../core/errors.js';
import { handedTf } from './handed.js';
import { borrowed, type Watch } from './inPlace.js';
import type { Point, Subject, Tensors } from './subject.js';
import { messageOf, placeOf } from './thrown.js';

/** The cost of the subject's forward pass, as a scalar tensor, and the cache. @throws CheckError */
export function runForward(subject: Subject, { params, X, Y }: Point, watch?: Watch) {
  const inputs = { ...params, X, Y };
  const run = () => subject.forward(handedTf, params, X, Y);
  const returned: unknown = call('forward', () => borrowed('forward', run, inputs, watch));
  if (typeof returned !== 'object' || returned === null || !('cost' in returned)) {
    throw new CheckError(
      `forward returns ${nameOf(returned)}; it must return { cost, cache } with the cost as a scalar tensor.`,
    );
  }
  const { cost, cache } = returned as { cost: unknown; cache?: unknown };
  if (!(cost instanceof tf.Tensor)) {
    throw new CheckError(
      `forward returns a cost that is ${nameOf(cost)}; return the scalar tensor itself, without dataSync.`,
    );
  }
  assertOurs(cost, 'forward returns a cost');
  if (cost.isDisposed) {
    throw new CheckError(
      'forward returns a cost that a tf.tidy in it has freed. Return the cost from the tidy.',
    );
  }
  if (cost.size !== 1) {
    throw new CheckError(
      `forward returns a cost of the shape (${cost.shape.join(', ')}); it must be one number. Is a sum or mean missing?`,
    );
  }
  return { cost: tf.reshape(cost, []), cache };
}

/** The gradients that the subject's backward pass returns. @throws CheckError */
export function runBackward(
  subject: Subject,
  { params, X, Y }: Point,
  cache: unknown,
  watch?: Watch,
): Tensors {
  const inputs = { ...params, X, Y };
  const run = () => subject.backward(handedTf, params, X, Y, cache);
  const returned: unknown = call('backward', () => borrowed('backward', run, inputs, watch, cache));
  if (typeof returned !== 'object' || returned === null || returned instanceof tf.Tensor) {
    throw new CheckError(
      `backward returns ${nameOf(returned)}; it must return the gradients by their names, { ${namesOf(params)} }.`,
    );
  }
  for (const [name, grad] of Object.entries(returned)) {
    if (!(grad instanceof tf.Tensor)) {
      throw new CheckError(
        `backward returns ${nameOf(grad)} for ${name}; return the tensor itself, without dataSync or arraySync.`,
      );
    }
    assertOurs(grad, `backward returns ${name}`);
    if (grad.isDisposed) {
      throw new CheckError(
        `backward returns ${name} disposed: a tf.tidy around it has freed it. Return it from the tidy.`,
      );
    }
  }
  return returned as Tensors;
}

/** @throws CheckError where the functions have freed what was theirs to read only. */
export function assertAlive({ params, X, Y }: Point, by: string): void {
  for (const [name, tensor] of Object.entries({ ...params, X, Y })) {
    if (tensor.isDisposed) {
      throw new CheckError(`${by} disposes ${name}, which is not its own. Leave the inputs alive.`);
    }
  }
}

/** @throws CheckError where another copy of TensorFlow.js has made it. */
function assertOurs(tensor: tf.Tensor, what: string): void {
  if (tensor.isDisposed || tf.engine().state.tensorInfo.has(tensor.dataId)) return;
  throw new CheckError(
    `${what} of another copy of TensorFlow.js. Use the tf that the function is given, in place of the one that is imported.`,
  );
}

function call<T>(name: 'forward' | 'backward', run: () => T): T {
  let returned: T;
  // tfjs stands deep on the stack: the user's line is not among the first ten.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 100;
  try {
    returned = run();
  } catch (error) {
    if (error instanceof HandgradError) {
      throw new CheckError(`${name}: ${error.message}${placeOf(error)}`, { cause: error });
    }
    throw new CheckError(`${name} throws: ${messageOf(error)}${placeOf(error)}`, { cause: error });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  if (returned instanceof Promise) {
    returned.catch(() => {});
    throw new CheckError(
      `${name} returns a promise; a pass is synchronous. Take away async, and data() where it is awaited.`,
    );
  }
  return returned;
}

function nameOf(value: unknown): string {
  if (value instanceof tf.Tensor) return 'a tensor';
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  return `a ${typeof value}`;
}

const namesOf = (params: Readonly<Record<string, Tensor>>) =>
  Object.keys(params)
    .map((name) => `d${name}`)
    .join(', ');
