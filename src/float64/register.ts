import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../core/errors.js';
import { arrangements } from './arrange.js';
import type { Kernel, Kernels, NdArray } from './array.js';
import { Float64Backend } from './backend.js';
import { binary } from './binary.js';
import { blocks } from './blocks.js';
import { noteBranches } from './branches.js';
import { convolutions } from './conv2d.js';
import { noteWork } from './count.js';
import { creations } from './create.js';
import { cumulatives } from './cumulative.js';
import { depthwise } from './depthwise.js';
import { rememberSources } from './doubles.js';
import { einsum } from './einsum.js';
import { gatherings } from './gather.js';
import { products } from './matMul.js';
import { remembersResults } from './memo.js';
import { FLOAT64 } from './name.js';
import { normalizations } from './normalize.js';
import { linearProduct } from './nudge.js';
import { poolings } from './pool.js';
import { reductions } from './reduce.js';
import { resizing } from './resize.js';
import { softmaxes } from './softmax.js';
import { noteTies } from './ties.js';
import { unary } from './unary.js';

/** The kernels, as functions of arrays. */
export const kernels: Kernels = {
  ...unary,
  ...binary,
  ...reductions,
  ...cumulatives,
  ...softmaxes,
  ...products,
  ...einsum,
  ...convolutions,
  ...depthwise,
  ...poolings,
  ...normalizations,
  ...blocks,
  ...resizing,
  ...arrangements,
  ...gatherings,
  ...creations,
};

/** The ops that this backend computes, by the names that tfjs has for their kernels. */
export const kernelNames: readonly string[] = Object.keys(kernels).sort();

/** Linear in each of their inputs. */
const linear = ['BatchMatMul', 'Einsum', 'Conv2D', 'DepthwiseConv2dNative'];

/** tfjs looks whether these two are registered, and does without them. */
const optional = ['Draw', 'FromPixels'];

/** Every name that tfjs-core has for a kernel: constants that are equal to their own names. */
const allKernelNames = Object.entries(tf)
  .filter(([name, value]) => name === value)
  .map(([name]) => name);

/** Tells tfjs about the backend, its kernels, and the kernels that it lacks. */
export function register(): void {
  if (tf.findBackendFactory(FLOAT64) != null) {
    return;
  }
  rememberSources();
  // Priority 0: tfjs never chooses this backend by itself where there is another one.
  tf.registerBackend(FLOAT64, () => new Float64Backend(), 0);
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    registerKernel(kernelName, toTfjs(kernelName, kernel));
  }
  for (const kernelName of allKernelNames) {
    if (!(kernelName in kernels) && !optional.includes(kernelName)) {
      registerKernel(kernelName, () => {
        const others = Object.keys(tf.engine().registryFactory).filter(
          (name) => name !== FLOAT64 && tf.getKernel(kernelName, name),
        );
        const where =
          others.length > 0 ? `on ${others.join(' or ')}, which has it` : 'on another backend';
        throw new BackendError(
          `The double-precision backend has no kernel ${kernelName}. Write this step with other ` +
            `operations, or compute in float32 ${where}.`,
        );
      });
    }
  }
}

function registerKernel(kernelName: string, kernelFunc: tf.KernelFunc): void {
  tf.registerKernel({ kernelName, backendName: FLOAT64, kernelFunc });
}

function toTfjs(kernelName: string, kernel: Kernel): tf.KernelFunc {
  const once = remembersResults(kernelName, kernel);
  const run = linear.includes(kernelName) ? linearProduct(once) : once;
  return ({ inputs, attrs, backend }) => {
    const data = backend as Float64Backend;
    const arrays: Record<string, NdArray> = {};
    for (const name in inputs) {
      // An optional input is null or undefined.
      if (inputs[name] != null) arrays[name] = data.load(inputs[name]);
    }
    const keep = ({ values, shape, dtype }: NdArray): tf.TensorInfo => {
      const shared = Object.keys(arrays).find((name) => arrays[name].values === values);
      if (shared === undefined) {
        return data.store({ values, shape, dtype });
      }
      const { dataId } = inputs[shared]!;
      data.incRef(dataId);
      return { dataId, shape, dtype };
    };
    const result = run(arrays, attrs ?? {});
    noteBranches(kernelName, arrays, result, attrs);
    noteTies(kernelName, arrays, attrs);
    noteWork(result);
    return Array.isArray(result) ? result.map(keep) : keep(result);
  };
}
