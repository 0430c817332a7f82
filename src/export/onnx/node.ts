import type { Shape } from '../../core/layer.js';

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
