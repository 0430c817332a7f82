import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../subject.js';
import { argumentsOf } from './arguments.js';
import { type AnyFunction, type Form, isFunction } from './form.js';
import { ordered } from './functions.js';
import { inputsOf } from './inputs.js';
import { subjectOfLayer } from './layer.js';
import { outputsOf } from './outputs.js';
import { parametersOf } from './parameters.js';
import { withSizes } from './sizes.js';

/**
 * An operation with a gradient of its own: export const op = tf.customGrad((x, save) => …), or a
 * function op(tf, x, w) with tf.customGrad inside. Its gradients, by tf.grads, are held against those of
 * its own forward pass.
 */
export const customGradient: Form = {
  name: 'op, a tf.customGrad',
  matches: ({ op, forward }) => isFunction(op) && !isFunction(forward),
  subject: (exports, module) => {
    const op = exports.op as AnyFunction;
    const written = parametersOf(op);
    // What tf.customGrad gives takes the tensors alone, and its text does not say which.
    const takes = written?.length ? written : undefined;
    const asked = (takes ?? []).flatMap(({ name, optional }) => (optional ? [] : (name ?? [])));
    const inputs = ordered(inputsOf(exports, module, asked), takes);
    const run = (values: Tensors): Tensor => {
      const args = takes
        ? argumentsOf('op', takes, values, withSizes(inputs, values))
        : Object.values(values);
      const { out } = outputsOf(op(...args));
      return Object.values(out)[0];
    };
    return subjectOfLayer({
      inputs,
      forward: (values) => ({ out: { out: asWritten(() => run(values)) } }),
      backward: ({ out: dout }, values) => {
        const { real } = inputs;
        const of = (tensors: readonly Tensor[]) =>
          run({ ...values, ...Object.fromEntries(real.map((name, i) => [name, tensors[i]])) });
        const gradients = tf.grads((...tensors: Tensor[]) => of(tensors))(
          real.map((name) => values[name]),
          dout,
        );
        return Object.fromEntries(real.map((name, i) => [`d${name}`, gradients[i]]));
      },
    });
  },
};

interface Engine {
  runKernelFunc(run: Partial<Custom>): unknown;
}

interface Custom {
  readonly kernelName: string;
  readonly forwardFunc: (backend: unknown, save: () => void) => unknown;
}

/** Runs f with each tf.customGrad as its forward pass alone, which can then be differentiated. */
function asWritten<T>(f: () => T): T {
  const engine = tf.engine() as unknown as Engine;
  const runKernelFunc = engine.runKernelFunc;
  engine.runKernelFunc = function (run) {
    const { kernelName, forwardFunc } = run;
    if (kernelName !== undefined || forwardFunc === undefined) return runKernelFunc.call(this, run);
    return forwardFunc(tf.backend(), () => {});
  };
  try {
    return f();
  } finally {
    engine.runKernelFunc = runKernelFunc;
    if (Object.hasOwn(engine, 'runKernelFunc')) delete (engine as Partial<Engine>).runKernelFunc;
  }
}
