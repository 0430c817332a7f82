/*
 * Registers the gradients of TensorFlow.js's operations, and its methods on tensors (`A.add(B)`) for the
 * code that people check. Node cannot load these two files of tfjs-core alone, so that a checkout takes
 * them from all of @tensorflow/tfjs; the package carries a bundle of the two.
 */
import '@tensorflow/tfjs';
