/** By themselves, so that a list of them can be had without TensorFlow.js. */
export const backendNames = ['native', 'wasm', 'cpu', 'float64'] as const;

export type BackendName = (typeof backendNames)[number];
