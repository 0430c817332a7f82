/*
 * Every export is a Format. The command line and the tests pick up new formats from here.
 */
export { keras } from './keras.js';
export { kerasNpz } from './kerasNpz.js';
export { kerasWeights } from './kerasWeights.js';
export { npz } from './npz.js';
export { onnx } from './onnx.js';
export { safetensors } from './safetensors.js';
export { tfjsLayers } from './tfjsLayers.js';
