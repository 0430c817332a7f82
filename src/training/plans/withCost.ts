import type { Scalar } from '@tensorflow/tfjs-core';

/** Returns the cost after running the work; frees it if the work throws. */
export function withCost(J: Scalar | undefined, work: () => void): Scalar | undefined {
  try {
    work();
    return J;
  } catch (error) {
    J?.dispose();
    throw error;
  }
}
