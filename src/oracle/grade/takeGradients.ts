import type { GradConfig } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import '../../vendor/gradients.js'; // for the methods on tensors, which stand in one bundle with the gradients

/** Every name that tfjs-core has for a kernel: constants that are equal to their own names. */
const kernelNames = Object.entries(tf)
  .filter(([name, value]) => name === value)
  .map(([name]) => name);

/**
 * Takes all gradients of TensorFlow.js out of it: tf.grad, tf.grads and tf.variableGrads throw from now
 * on. The function that comes back puts them in again.
 */
export function takeGradients(): () => void {
  const taken: GradConfig[] = [];
  for (const name of kernelNames) {
    const config = tf.getGradient(name);
    if (!config) continue;
    taken.push(config);
    tf.unregisterGradient(name);
  }
  return () => {
    for (const config of taken) if (!tf.getGradient(config.kernelName)) tf.registerGradient(config);
  };
}
