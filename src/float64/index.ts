/**
 * A TensorFlow.js backend in double precision. Importing this module registers it, and nothing
 * else is to be set up:
 *
 *     await tf.setBackend('handgrad-float64');
 *
 * Tensors still call themselves float32, for tfjs has no other word, but they hold doubles:
 * tensors made of numbers and arrays, operands (`tf.mul(x, 0.1)`, `x.div(m)`), results, and the
 * gradients that tfjs derives. What is left to know is in docs/decisions/float64-backend.md.
 */
import { register } from './register.js';

export { FLOAT64 } from './name.js';
export { kernelNames } from './register.js';
export { tensor64 } from './tensor64.js';

register();
