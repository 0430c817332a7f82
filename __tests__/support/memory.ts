import { expect } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';

/** Does what it is given, and demands that no tensor and no data is left behind or lost. */
export async function expectFlatMemory<T>(work: () => T | Promise<T>): Promise<T> {
  const count = () => {
    const { numTensors, numDataBuffers } = tf.memory();
    return { numTensors, numDataBuffers };
  };
  const before = count();
  const result = await work();
  expect(count()).toEqual(before);
  return result;
}
