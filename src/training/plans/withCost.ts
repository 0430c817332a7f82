import type { Scalar } from '@tensorflow/tfjs-core';

/** The cost, once the work behind it is done; freed where that throws. */
export function withCost(J: Scalar | undefined, work: () => void): Scalar | undefined {
  try {
    work();
    return J;
  } catch (error) {
    J?.dispose();
    throw error;
  }
}
