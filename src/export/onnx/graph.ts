import { ModelError } from '../../core/errors.js';
import type { Shape } from '../../core/layer.js';
import type { Place } from '../../core/places.js';

/*
 * An ONNX graph while it is written: nodes behind each other, samples in rows, features last as here.
 */

export type Attribute =
  | { readonly f: number }
  | { readonly i: number }
  | { readonly s: string }
  | { readonly ints: readonly number[] };

export interface OnnxNode {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface OnnxTensor {
  readonly name: string;
  readonly shape: Shape;
  readonly values: Float32Array | BigInt64Array;
}

interface NodeOptions {
  /** Default: the operator and a number. */
  readonly name?: string;
  /** What the output is called. Default: as the node. */
  readonly output?: string;
  /** Of several outputs, which counts. Default: the first. */
  readonly outputs?: number;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

export class OnnxGraph {
  readonly nodes: OnnxNode[] = [];
  readonly tensors: OnnxTensor[] = [];
  /** The opset of 2020; operators of a later one raise it. */
  opset = 13;
  private readonly names = new Set<string>();
  /** What a transposed output was made from. */
  private readonly sources = new Map<string, string>();

  needs(opset = 13): void {
    this.opset = Math.max(this.opset, opset);
  }

  /** Adds a node, and returns the name of its output, the last of `outputs`. */
  node(op: string, inputs: readonly string[], options: NodeOptions = {}): string {
    const { attributes = {}, outputs = 1 } = options;
    const name = this.unique(options.name ?? op.toLowerCase());
    const output = this.unique(options.output ?? `${name}_out`);
    const before = Array.from({ length: outputs - 1 }, () => '');
    this.nodes.push({ op, name, inputs, outputs: [...before, output], attributes });
    return output;
  }

  /** A parameter under its name. */
  weight(name: string, shape: Shape, values: Float32Array): string {
    const known = this.unique(name);
    this.tensors.push({ name: known, shape, values });
    return known;
  }

  /** A number that is no parameter. */
  scalar(name: string, value: number): string {
    return this.weight(name, [], Float32Array.of(value));
  }

  /** A list of whole numbers, such as axes. */
  ints(values: readonly number[]): string {
    const name = `ints_${values.join('_').replaceAll('-', 'm')}`;
    if (!this.names.has(name)) {
      this.names.add(name);
      const shape = [values.length];
      this.tensors.push({ name, shape, values: BigInt64Array.from(values, BigInt) });
    }
    return name;
  }

  /** The features of (m, …, d) behind the samples, as ONNX's convolutions and norms have them. */
  featuresFirst(X: string, { length }: Shape): string {
    if (length === 1) return X;
    const source = this.sources.get(X);
    if (source) return source;
    const perm = [0, length, ...Array.from({ length: length - 1 }, (_, i) => i + 1)];
    return this.node('Transpose', [X], { attributes: { perm: { ints: perm } } });
  }

  /** The way back. */
  featuresLast(X: string, { length }: Shape, output?: string): string {
    if (length === 1) return X;
    const perm = [0, ...Array.from({ length: length - 1 }, (_, i) => i + 2), 1];
    const name = this.node('Transpose', [X], { output, attributes: { perm: { ints: perm } } });
    this.sources.set(name, X);
    return name;
  }

  reshape(X: string, shape: Shape): string {
    return this.node('Reshape', [X, this.ints(shape)]);
  }

  /** The mean over axes with so many numbers, which stay as 1. ReduceMean differs between opsets. */
  mean(X: string, axes: readonly number[], count: number): string {
    const sum = this.node('ReduceSum', [X, this.ints(axes)], {
      attributes: { keepdims: { i: 1 } },
    });
    return this.node('Div', [sum, this.scalar('count', count)]);
  }

  refuse({ name }: Place, what: string): never {
    throw new ModelError(
      `${name} ${what}, for which ONNX has no operator. npz and safetensors hold every network.`,
    );
  }

  /** Only what leads to an output: a transposition that the next one takes back leads nowhere. */
  used(output: string): { nodes: OnnxNode[]; tensors: OnnxTensor[] } {
    const needed = new Set([output]);
    const nodes = this.nodes.toReversed().filter(({ outputs, inputs }) => {
      if (!outputs.some((name) => needed.has(name))) return false;
      for (const input of inputs) needed.add(input);
      return true;
    });
    return { nodes: nodes.reverse(), tensors: this.tensors.filter(({ name }) => needed.has(name)) };
  }

  private unique(name: string): string {
    let free = name;
    for (let i = 2; this.names.has(free); i++) free = `${name}_${i}`;
    this.names.add(free);
    return free;
  }
}
