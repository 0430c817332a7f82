import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import type { Kernels } from '../../src/float64/array.js';
import type { Float64Backend } from '../../src/float64/backend.js';
import { FLOAT64 } from '../../src/float64/index.js';
import { cases, run } from './cases.js';

/** Their results are whole numbers or truth values, which float32 has too. */
const exact = [
  ...['All', 'Any', 'ArgMax', 'ArgMin', 'Equal', 'FloorDiv', 'Greater', 'GreaterEqual'],
  ...['IsFinite', 'IsInf', 'IsNan', 'Less', 'LessEqual', 'LogicalAnd', 'LogicalNot'],
  ...['LogicalOr', 'NotEqual', 'Ceil', 'Floor', 'Round', 'Sign', 'OnesLike', 'ZerosLike'],
];

/**
 * Each kernel agrees with numpy and PyTorch float64 in all cases that run it, forward or backward,
 * and were it to round its results to float32, one of them would tell.
 */
export function holds(kernels: Kernels): void {
  const used: string[][] = [];
  beforeAll(async () => {
    await tf.setBackend(FLOAT64);
    for (const c of cases) {
      const { kernelNames } = await tf.profile(() => void run(c)); // one profile at a time
      used.push(kernelNames);
    }
  });

  describe.each(Object.keys(kernels))('%s', (kernel) => {
    const concerned = () => cases.filter((_, i) => used[i].includes(kernel));

    test('gives the numbers of numpy and PyTorch', () => {
      expect(concerned().length).toBeGreaterThan(0);
      for (const c of concerned()) {
        expect([c.name, c.inputs, run(c)]).toEqual([c.name, c.inputs, { agrees: true }]);
      }
    });

    if (!exact.includes(kernel)) {
      test('is caught when it rounds to float32', () => {
        const restore = plantRounding(kernel);
        const caught = concerned().filter((c) => !run(c).agrees);
        restore();
        expect(caught).not.toEqual([]);
      });
    }
  });
}

/** Replaces a kernel by one whose results are rounded to float32. */
export function plantRounding(kernelName: string): () => void {
  const kernel = tf.getKernel(kernelName, FLOAT64);
  const swap = (kernelFunc: tf.KernelFunc) => {
    tf.unregisterKernel(kernelName, FLOAT64);
    tf.registerKernel({ kernelName, backendName: FLOAT64, kernelFunc });
  };
  swap((params) => {
    const backend = params.backend as Float64Backend;
    const result = kernel.kernelFunc(params);
    const round = (info: tf.TensorInfo): tf.TensorInfo => {
      const { values, shape, dtype } = backend.load(info);
      const rounded = dtype === 'float32' ? values.map(Math.fround) : values.slice();
      backend.disposeData(info.dataId);
      return backend.store({ values: rounded, shape, dtype });
    };
    return Array.isArray(result) ? result.map(round) : round(result);
  });
  return () => swap(kernel.kernelFunc);
}
