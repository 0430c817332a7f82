import type { DataId, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/** What a recording hears of the backend while a step runs. */
export interface Observer {
  /** A kernel is about to run: `run` does it. Kernels may run others. */
  kernel(name: string, inputs: readonly TensorInfo[], run: () => readonly TensorInfo[]): void;
  /** A tensor's values are read. */
  read(dataId: DataId): void;
}

/** Tells the observer of all that the backend's kernels do. The function that comes back ends it. */
export function observe(backend: KernelBackend, observer: Observer): () => void {
  const kernels = tf.getKernelsForBackend(tf.getBackend());
  const functions = kernels.map(({ kernelFunc }) => kernelFunc);
  kernels.forEach((config, i) => {
    config.kernelFunc = (params) => {
      let result: TensorInfo | TensorInfo[] = [];
      observer.kernel(config.kernelName, tensorsOf(params.inputs), () => {
        result = functions[i](params);
        return [result].flat();
      });
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

/** Puts other methods before those of an object's class, until the function that comes back is called. */
export function override<T extends object>(object: T, methods: Partial<T>): () => void {
  Object.assign(object, methods);
  return () => {
    for (const name of Object.keys(methods)) Reflect.deleteProperty(object, name);
  };
}

/** Does something with an entry more on the stack, also where it throws. */
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
