import * as tf from '@tensorflow/tfjs-core';

/*
 * Where a backend's own kernel is the slow one, as measured: another way to the same numbers is taken
 * there. This is the only place that asks which backend runs.
 */

/** On WASM a product with a transpose flag is a plain loop, twelve times slower than one without. */
export const transposeFlagsAreSlow = () => tf.getBackend() === 'wasm';

/** On WASM tanh takes 24 ns a number, and 2σ(2z) - 1 takes 8: 978 against 316 µs for 40,000 of them. */
export const tanhIsSlow = () => tf.getBackend() === 'wasm';
