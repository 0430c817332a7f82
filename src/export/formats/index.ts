/*
 * Every value here is a Format: the command line and the tests take up a new one from here.
 */
export { keras } from './keras.js';
export { kerasNpz } from './kerasNpz.js';
export { kerasWeights } from './kerasWeights.js';
export { npz } from './npz.js';
export { onnx } from './onnx.js';
export { safetensors } from './safetensors.js';
export { tfjsLayers } from './tfjsLayers.js';
