import type { KernelBackend, Tensor, TensorInfo } from '@tensorflow/tfjs-core';

/*
 * The parts of tfjs-node's backend that recording relies on: it runs TensorFlow operations one by
 * one through `executeSingleOutput`, and whole graphs from a SavedModel.
 */

/** An attribute of an operation; `type` is one of the binding's TF_ATTR constants. */
export interface OpAttr {
  readonly name: string;
  readonly type: number;
  readonly value: boolean | number | string | readonly number[];
}

export interface Binding {
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
}

export interface NativeBackend extends KernelBackend {
  readonly binding: Binding;
  executeSingleOutput(op: string, attrs: OpAttr[], inputs: TensorInfo[]): Tensor;
  executeMultipleOutputs(
    op: string,
    attrs: OpAttr[],
    inputs: TensorInfo[],
    outputs: number,
  ): Tensor[];
  loadSavedModelMetaGraph(path: string, tags: string): number;
  runSavedModel(
    model: number,
    inputs: Tensor[],
    inputNames: { readonly name: string }[],
    outputNames: string[],
  ): Tensor[];
  deleteSavedModel(model: number): void;
}
