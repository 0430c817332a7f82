/** TODO: the reading of ONNX. */
export type OnnxGiven = object;
