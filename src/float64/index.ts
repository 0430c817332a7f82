/**
 * A double-precision backend for TensorFlow.js. Importing this module registers it; no other setup is
 * needed:
 *
 *     await tf.setBackend('handgrad-float64');
 *
 * Tensors report the dtype float32, the only float type in tfjs, but store doubles. This includes
 * tensors created from numbers and arrays, operands (`tf.mul(x, 0.1)`, `x.div(m)`), results, and
 * gradients computed by tfjs. See docs/decisions/float64-backend.md for limitations.
 */
import { register } from './register.js';

export { FLOAT64 } from './name.js';
export { kernelNames } from './register.js';
export { type Nested, type Numbers, tensor64 } from './tensor64.js';

register();
