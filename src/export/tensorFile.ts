import { ModelError } from '../core/errors.js';
import type { Shape } from '../core/layer.js';
import { assertFew, limits } from '../files/bounds.js';
import { bfloat16, float16 } from '../files/halves.js';
import { parseJson } from '../files/json.js';
import { filled } from '../files/npy.js';
import { bytesOf, joined } from './bytes.js';

/*
 * The file format of safetensors: an eight-byte header length, a JSON header, and the tensors, one
 * behind the other.
 *
 * Source: https://github.com/huggingface/safetensors#format
 */

export interface StoredTensor {
  readonly shape: Shape;
  readonly values: Float32Array | Float64Array;
}

export type StoredTensors = Readonly<Record<string, StoredTensor>>;
type Metadata = Readonly<Record<string, string>>;

/** The bytes of a file that holds these tensors, in float32 or float64. */
export function encodeTensors(tensors: StoredTensors, metadata: Metadata): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const values: (Float32Array | Float64Array)[] = [];
  let at = 0;
  for (const [name, tensor] of Object.entries(tensors)) {
    const { byteLength } = tensor.values;
    const dtype = tensor.values instanceof Float64Array ? 'F64' : 'F32';
    header[name] = { dtype, shape: tensor.shape, data_offsets: [at, at + byteLength] };
    values.push(tensor.values);
    at += byteLength;
  }
  // Pad with spaces so that the tensors start at a multiple of eight.
  const text = new TextEncoder().encode(JSON.stringify(header));
  const json = new Uint8Array(8 * Math.ceil(text.length / 8)).fill(0x20);
  json.set(text);
  const length = new DataView(new ArrayBuffer(lengthSize));
  length.setBigUint64(0, BigInt(json.length), true);
  const parts = [new Uint8Array(length.buffer), json, ...values.map(bytesOf)];
  return new Uint8Array(joined(parts.map((part) => part.slice().buffer)));
}

/**
 * The tensors of such a file, halves as float32; `hasDoubles` if some are float64.
 *
 * @throws ModelError if it is not whole.
 */
export function decodeTensors(
  bytes: Uint8Array,
  file: string,
): { tensors: StoredTensors; metadata: Metadata; hasDoubles: boolean } {
  const { header, data } = readHeader(bytes, file);
  const { __metadata__, ...entries } = header;
  assertFew(file, Object.keys(entries).length, 'names', 'tensors', ModelError);
  const found = Object.entries(entries).map(([name, entry]) => parseTensor(name, entry, file));
  assertWhole(found, data.byteLength, file);
  const tensors = found.map(({ name, dtype, shape, from }) => {
    const count = shape.reduce((product, side) => product * side, 1);
    return [name, { shape, values: types[dtype].read(data, from, count) }] as const;
  });
  const texts = Object.entries(Object(__metadata__)).filter(([, text]) => typeof text === 'string');
  return {
    tensors: Object.fromEntries(tensors),
    metadata: Object.fromEntries(texts) as Metadata,
    hasDoubles: found.some(({ dtype }) => dtype === 'F64'),
  };
}

const lengthSize = 8;

/** A tensor's place in the file. */
interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}

interface ElementType {
  readonly size: number;
  read(data: DataView, from: number, count: number): Float32Array | Float64Array;
}

const types: Readonly<Record<string, ElementType>> = {
  F32: {
    size: 4,
    read: (data, from, n) =>
      filled(new Float32Array(n), (i) => data.getFloat32(from + 4 * i, true)),
  },
  F64: {
    size: 8,
    read: (data, from, n) =>
      filled(new Float64Array(n), (i) => data.getFloat64(from + 8 * i, true)),
  },
  F16: halves(float16),
  BF16: halves(bfloat16),
};

function halves(of: (bits: number) => number): ElementType {
  return {
    size: 2,
    read: (data, from, n) =>
      filled(new Float32Array(n), (i) => of(data.getUint16(from + 2 * i, true))),
  };
}

function readHeader(bytes: Uint8Array, file: string) {
  const bad = (what: string) =>
    new ModelError(`${file} is no safetensors file: ${what}. Get or save it again.`);
  if (bytes.length < lengthSize) throw bad(`it has ${bytes.length} bytes`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const rest = bytes.length - lengthSize;
  if (length > BigInt(rest)) {
    throw bad(`it declares a header of ${length} bytes, but ${rest} follow`);
  }
  const start = lengthSize + Number(length);
  const where = `${file} is no safetensors file: its header`;
  const header = parseJson(bytes.subarray(lengthSize, start), where, ModelError);
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw bad('its header is no JSON object');
  }
  const data = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  return { header: header as Record<string, unknown>, data };
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

function parseTensor(name: string, entry: unknown, file: string): Entry {
  const { dtype, shape, data_offsets } = Object(entry) as Record<string, unknown>;
  const isShape = Array.isArray(shape) && shape.length <= limits.axes && shape.every(isCount);
  if (typeof dtype !== 'string' || !isShape || name.length > limits.nameLength) {
    throw new ModelError(`${file}: ${name.slice(0, 80)} has no dtype or no shape. Save it again.`);
  }
  if (!Object.hasOwn(types, dtype)) {
    throw new ModelError(
      `${file}: ${name} is ${dtype}; handgrad reads F32, F64, F16 and BF16. Save it as float32.`,
    );
  }
  const [from, to] = Array.isArray(data_offsets) ? data_offsets : [];
  const size = shape.reduce((product, side) => product * side, types[dtype].size);
  if (!isCount(from) || !isCount(to) || to - from !== size) {
    const shown = String(JSON.stringify(data_offsets)).slice(0, 80);
    throw new ModelError(
      `${file}: ${name} (${shape.join(', ')}) takes ${size} bytes, but its data_offsets are ${shown}. It is damaged.`,
    );
  }
  return { name, dtype, shape, from, to };
}

/** The tensors must cover the data without gaps or overlaps. */
function assertWhole(tensors: readonly Entry[], length: number, file: string): void {
  let at = 0;
  for (const { name, from, to } of tensors.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== at) {
      throw new ModelError(
        `${file}: ${name} begins at byte ${from}, expected ${at}. It is damaged.`,
      );
    }
    at = to;
  }
  if (at === length) return;
  throw new ModelError(
    `${file} declares ${at} bytes of tensors, but ${length} are there: it is cut off or damaged. Get it again.`,
  );
}
