import type { DataId, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/** Events of the backend while a step runs. */
export interface Observer {
  /** A kernel is about to run; call `run` to run it. Kernels may run other kernels. */
  kernel(
    name: string,
    inputs: readonly TensorInfo[],
    run: () => readonly TensorInfo[],
    attrs: Readonly<Record<string, unknown>>,
  ): void;
  /** A tensor's values are about to be read. */
  read(dataId: DataId): void;
}

/**
 * Reports everything the backend's kernels do to the observer. Returns a function that stops it.
 */
export function observe(backend: KernelBackend, observer: Observer): () => void {
  const kernels = tf.getKernelsForBackend(tf.getBackend());
  const functions = kernels.map(({ kernelFunc }) => kernelFunc);
  kernels.forEach((config, i) => {
    config.kernelFunc = (params) => {
      let result: TensorInfo | TensorInfo[] = [];
      const run = () => {
        result = functions[i](params);
        return [result].flat();
      };
      observer.kernel(config.kernelName, tensorsOf(params.inputs), run, { ...params.attrs });
      return result;
    };
  });
  const { readSync, read } = backend;
  const putBack = override(backend, {
    readSync(dataId) {
      observer.read(dataId);
      return readSync.call(backend, dataId);
    },
    read(dataId) {
      observer.read(dataId);
      return read.call(backend, dataId);
    },
  });
  return () => {
    putBack();
    kernels.forEach((config, i) => {
      config.kernelFunc = functions[i];
    });
  };
}

/** Overrides methods on an object. Returns a function that restores those of its class. */
export function override<T extends object>(object: T, methods: Partial<T>): () => void {
  Object.assign(object, methods);
  return () => {
    for (const name of Object.keys(methods)) Reflect.deleteProperty(object, name);
  };
}

/** Runs work with an entry pushed on the stack, and pops it even if the work throws. */
export function within<T, Result>(stack: T[], entry: T, work: () => Result): Result {
  stack.push(entry);
  try {
    return work();
  } finally {
    stack.pop();
  }
}

const tensorsOf = (inputs: object): TensorInfo[] =>
  Object.values(inputs).flatMap((input: TensorInfo | TensorInfo[] | undefined) => input ?? []);
