import { ModelError } from '../../core/errors.js';
import { parametersOf } from '../../core/parameters.js';
import { bfloat16, float16 } from '../../files/halves.js';
import { bytesOf, joined } from '../bytes.js';
import { describe } from '../description.js';
import { fileFormat, noted } from '../format.js';
import { exported, fromMatrices, type StoredMatrix } from '../weights.js';

/**
 * safetensors: an eight-byte header length, a JSON header, and the tensors W1 (n_1, n_x), b1 (n_1, 1),
 * … contiguous in float32. The activations are in the header's metadata.
 *
 * Source: https://github.com/huggingface/safetensors#format
 */
export const safetensors = fileFormat({
  name: 'safetensors',
  title: 'safetensors, as Hugging Face keeps weights',
  extension: '.safetensors',
  encode: async ({ network, params, card }) => {
    const values = await exported(network, params);
    const header: Record<string, unknown> = { __metadata__: { network: describe(network, card) } };
    const tensors: Float32Array[] = [];
    let at = 0;
    for (const [name, { shape }] of Object.entries(parametersOf(network))) {
      const { byteLength } = values[name];
      header[name] = { dtype: 'F32', shape, data_offsets: [at, at + byteLength] };
      tensors.push(values[name]);
      at += byteLength;
    }
    // Pad with spaces so that the tensors start at a multiple of eight.
    const text = JSON.stringify(header);
    const json = new TextEncoder().encode(text.padEnd(8 * Math.ceil(text.length / 8)));
    const length = new DataView(new ArrayBuffer(lengthSize));
    length.setBigUint64(0, BigInt(json.length), true);
    const parts = [new Uint8Array(length.buffer), json, ...tensors.map(bytesOf)];
    return new Uint8Array(joined(parts.map((part) => part.slice().buffer)));
  },
  decode: (bytes, given, file) => {
    const { header, data } = readHeader(bytes, file);
    const { __metadata__: metadata, ...entries } = header;
    const tensors = Object.entries(entries).map(([name, entry]) => parseTensor(name, entry, file));
    assertWhole(tensors, data.byteLength, file);
    const matrices = new Map<string, StoredMatrix>();
    for (const { name, dtype, shape, from } of tensors) {
      const count = shape.reduce((product, side) => product * side, 1);
      matrices.set(name, { shape, values: types[dtype].read(data, from, count) });
    }
    const said = (metadata as { network?: unknown } | null | undefined)?.network;
    const doubles = tensors.some(({ dtype }) => dtype === 'F64');
    const text = typeof said === 'string' ? said : undefined;
    return noted(fromMatrices(matrices, text, given, file), doubles);
  },
});

const lengthSize = 8;

interface Tensor {
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
      Float32Array.from({ length: n }, (_, i) => data.getFloat32(from + 4 * i, true)),
  },
  F64: {
    size: 8,
    read: (data, from, n) =>
      Float64Array.from({ length: n }, (_, i) => data.getFloat64(from + 8 * i, true)),
  },
  F16: halves(float16),
  BF16: halves(bfloat16),
};

function halves(of: (bits: number) => number): ElementType {
  return {
    size: 2,
    read: (data, from, n) =>
      Float32Array.from({ length: n }, (_, i) => of(data.getUint16(from + 2 * i, true))),
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
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(lengthSize, start)));
  } catch (error) {
    throw bad(`its header is no JSON, ${(error as Error).message}`);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw bad('its header is no JSON object');
  }
  const data = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  return { header: header as Record<string, unknown>, data };
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

function parseTensor(name: string, entry: unknown, file: string): Tensor {
  const { dtype, shape, data_offsets } = (entry ?? {}) as Record<string, unknown>;
  if (typeof dtype !== 'string' || !Array.isArray(shape) || !shape.every(isCount)) {
    throw new ModelError(`${file}: ${name} has no dtype or no shape. Save it again.`);
  }
  if (!Object.hasOwn(types, dtype)) {
    throw new ModelError(
      `${file}: ${name} is ${dtype}; handgrad reads F32, F64, F16 and BF16. Save it as float32.`,
    );
  }
  const [from, to] = Array.isArray(data_offsets) ? data_offsets : [];
  const size = shape.reduce((product, side) => product * side, types[dtype].size);
  if (!isCount(from) || !isCount(to) || to - from !== size) {
    throw new ModelError(
      `${file}: ${name} (${shape.join(', ')}) takes ${size} bytes, but its data_offsets are ${JSON.stringify(data_offsets)}. It is damaged.`,
    );
  }
  return { name, dtype, shape, from, to };
}

/** The tensors must cover the data without gaps or overlaps. */
function assertWhole(tensors: readonly Tensor[], length: number, file: string): void {
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
