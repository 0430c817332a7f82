import type { Shape } from '../../core/layer.js';

/*
 * An ONNX file as nodes and constants.
 */

export interface Constant {
  readonly name: string;
  readonly shape: Shape;
  readonly values: Float32Array;
}

export interface ParsedNode {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, AttributeValue>;
}

export type AttributeValue = number | string | readonly number[] | Constant;

export interface ParsedModel {
  readonly nodes: readonly ParsedNode[];
  readonly constants: ReadonlyMap<string, Constant>;
  /** The input that is no constant, with its sides; undefined where they are open. */
  readonly input: { readonly name: string; readonly shape: readonly (number | undefined)[] };
  readonly output: string;
  readonly opset: number;
  readonly metadata: ReadonlyMap<string, string>;
}
