import * as tf from '@tensorflow/tfjs-core';

/*
 * Backends whose own kernel measured slow, or is not to be trusted; callers then compute the same
 * numbers another way. This is the only place that asks which backend is running.
 */

/** On WASM a product with a transpose flag is a plain loop, 12 times slower than one without. */
export const transposeFlagsAreSlow = () => tf.getBackend() === 'wasm';

/** On WASM tanh takes 24 ns per element and 2σ(2z) - 1 takes 8: 978 vs. 316 µs for 40,000. */
export const tanhIsSlow = () => tf.getBackend() === 'wasm';

/** On WASM a sum along any axis but the last transposes first: 1.8 ms for (2048, 128), and Mᵀ 1 0.4. */
export const columnSumsAreSlow = () => tf.getBackend() === 'wasm';

/** WASM takes any index for gatherND and scatterND, also one beside the tensor; the others throw. */
export const gatherIsUnchecked = () => tf.getBackend() === 'wasm';

/** On WASM the sign of a number closer to 0 than 2⁻²³ is 0: relu would not learn where A is so small. */
export const signIsCoarse = () => tf.getBackend() === 'wasm';
