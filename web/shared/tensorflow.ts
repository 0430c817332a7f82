/*
 * What a page needs of @tensorflow/tfjs: the core, its gradients for the oracle, and its methods on
 * tensors (`A.add(B)`) for the code that people check.
 */
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';

export * from '@tensorflow/tfjs-core';
