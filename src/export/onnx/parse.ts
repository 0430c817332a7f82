import { ModelError } from '../../core/errors.js';
import { sizeOf } from '../../core/layer.js';
import { assertFew, Budget } from '../../files/bounds.js';
import { bfloat16, float16 } from '../../files/halves.js';
import { filled } from '../../files/npy.js';
import { fieldsOf, type Message } from './fields.js';
import { folded } from './fold.js';
import type { AttributeValue, Constant, ParsedModel, ParsedNode } from './model.js';

/*
 * An ONNX file, read. Source: the field numbers of onnx.proto in the PyPI package onnx
 * 1.23.2.
 */

/** @throws ModelError if it is no ONNX file, or one with several inputs or outputs. */
export function parseOnnx(bytes: Uint8Array, file: string): ParsedModel {
  try {
    return parsed(fieldsOf(bytes), file, new Budget(file, bytes.length, ModelError));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ModelError(`${file} is no ONNX file, or damaged: ${error.message}. Get it again.`);
  }
}

function parsed(model: Message, file: string, budget: Budget): ParsedModel {
  const graph = model.message(7);
  if (!graph) throw new ModelError(`${file} is no ONNX file: it holds no graph. Get it again.`);
  const constants = new Map<string, Constant>();
  assertFew(
    file,
    graph.all(1).length + graph.all(5).length,
    'names',
    'nodes and tensors',
    ModelError,
  );
  for (const tensor of graph.messages(5)) add(constants, constantOf(tensor, file));
  const nodes: ParsedNode[] = [];
  for (const node of graph.messages(1)) {
    const one = nodeOf(node, file);
    const value = one.attributes.get('value');
    if (one.op !== 'Constant') nodes.push(one);
    else if (isConstant(value)) {
      add(constants, { ...value, name: one.outputs[0] });
    } else {
      const numbers = ['value_float', 'value_int', 'value_floats', 'value_ints'];
      const said = numbers.map((name) => one.attributes.get(name)).find((v) => v !== undefined);
      const list = [said ?? []].flat() as number[];
      const shape = Array.isArray(said) ? [list.length] : [];
      add(constants, { name: one.outputs[0], shape, values: Float32Array.from(list) });
    }
  }
  const inputs = graph.messages(11).filter((info) => !constants.has(info.text(1)));
  const outputs = graph.messages(12).map((info) => info.text(1));
  if (inputs.length !== 1 || outputs.length !== 1) {
    throw new ModelError(
      `${file} has ${inputs.length} inputs and ${outputs.length} outputs; handgrad reads models with one of each.`,
    );
  }
  return {
    ...{
      nodes: folded(nodes, constants, budget),
      constants,
      input: infoOf(inputs[0]),
      output: outputs[0],
    },
    opset:
      model
        .messages(8)
        .find((one) => one.text(1) === '')
        ?.integer(2) ?? 1,
    metadata: new Map(model.messages(14).map((one) => [one.text(1), one.text(2)])),
  };
}

const isConstant = (value: AttributeValue | undefined): value is Constant =>
  typeof value === 'object' && !Array.isArray(value);

const add = (all: Map<string, Constant>, one: Constant) => all.set(one.name, one);

/** ValueInfoProto, type, tensor_type, shape, dim, dim_value. */
function infoOf(info: Message) {
  const dims = info.message(2)?.message(1)?.message(2)?.messages(1) ?? [];
  return { name: info.text(1), shape: dims.map((dim) => dim.integer(1)) };
}

function nodeOf(node: Message, file: string): ParsedNode {
  const attributes = node.messages(5).map((one) => [one.text(1), attributeOf(one, file)] as const);
  const [inputs, outputs] = [node.texts(1), node.texts(2)];
  const op = node.text(7) === '' ? node.text(4) : `${node.text(7)}.${node.text(4)}`;
  return { op, name: node.text(3) || outputs[0], inputs, outputs, attributes: new Map(attributes) };
}

/** AttributeProto: which field counts is said by its type. */
function attributeOf(attribute: Message, file: string): AttributeValue {
  switch (attribute.integer(20)) {
    case 1:
      return attribute.floats(2)[0];
    case 2:
      return attribute.integer(3) ?? 0;
    case 3:
      return attribute.text(4);
    case 4:
      return constantOf(attribute.message(5)!, file);
    case 6:
      return attribute.floats(7);
    case 7:
      return attribute.integers(8);
    default:
      return []; // texts and graphs, which no layer here has
  }
}

/** TensorProto.DataType: how raw bytes are read, and the field of numbers that are not raw. */
const types: Readonly<
  Record<number, [bytes: number, read: (v: DataView, at: number) => number, field: number]>
> = {
  1: [4, (view, at) => view.getFloat32(at, true), 4],
  6: [4, (view, at) => view.getInt32(at, true), 5],
  7: [8, (view, at) => Number(view.getBigInt64(at, true)), 7],
  9: [1, (view, at) => view.getUint8(at), 5],
  10: [2, (view, at) => float16(view.getUint16(at, true)), 5],
  11: [8, (view, at) => view.getFloat64(at, true), 10],
  16: [2, (view, at) => bfloat16(view.getUint16(at, true)), 5],
};

function constantOf(tensor: Message, file: string): Constant {
  const [shape, name] = [tensor.integers(1), tensor.text(8)];
  const type = types[tensor.integer(2) ?? 0];
  if (tensor.integer(14) === 1 || tensor.has(13)) {
    throw new ModelError(`${file}: ${name} lies in a file of its own. Save the model as one file.`);
  }
  if (!type) {
    throw new ModelError(
      `${file}: ${name} has the data type ${tensor.integer(2)}; handgrad reads floating-point numbers and integers.`,
    );
  }
  const [size, read, field] = type;
  const raw = tensor.all(9).at(-1);
  const view = raw && new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const values = view
    ? filled(new Float32Array(Math.floor(view.byteLength / size)), (i) => read(view, size * i))
    : Float32Array.from(numbersOf(tensor, field, tensor.integer(2)!));
  assertFew(file, shape.length, 'axes', 'axes in a tensor', ModelError);
  if (values.length !== sizeOf(shape) || !shape.every((side) => side >= 0)) {
    throw new ModelError(
      `${file}: ${name} is (${shape.join(', ')}), but ${values.length} numbers are there. It is damaged.`,
    );
  }
  return { name, shape, values };
}

function numbersOf(tensor: Message, field: number, type: number): number[] {
  if (field === 4) return tensor.floats(4);
  if (field === 10) return tensor.doubles(10);
  const integers = tensor.integers(field);
  if (type === 10) return integers.map(float16);
  return type === 16 ? integers.map(bfloat16) : integers;
}
