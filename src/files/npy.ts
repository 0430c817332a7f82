import { ModelError } from '../core/errors.js';
import { assertFew } from './bounds.js';
import { float16 } from './halves.js';
import { parseHeader } from './npyHeader.js';

/*
 * numpy's .npy: a header that is a Python dict, and the elements.
 *
 * Source: numpy, doc/neps/nep-0001-npy-format and numpy.lib.format, versions 1.0 to 3.0.
 */

/** An array of numbers in row-major order, or of strings. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array | readonly string[];
}

/** Encodes as version 1.0: float32 as '<f4', strings as numpy unicode, in row-major order. */
export function writeNpy(shape: readonly number[], values: Float32Array | readonly string[]) {
  const [descr, data] = values instanceof Float32Array ? float32(values) : unicode(values);
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dict = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sides}), }`;
  // The data starts at a multiple of 64, so that it can be memory-mapped.
  const length = 64 * Math.ceil((preamble + dict.length + 1) / 64) - preamble;
  const bytes = new Uint8Array(preamble + length + data.length);
  bytes.set([...magic, 1, 0, length & 0xff, length >> 8]);
  bytes.set(new TextEncoder().encode(`${dict.padEnd(length - 1)}\n`), preamble);
  bytes.set(data, preamble + length);
  return bytes;
}

/**
 * Reads an .npy file: float16, float32 or float64 in either byte order, or unicode strings. Column-major arrays
 * are converted to row-major.
 *
 * @param of used in error messages.
 * @throws ModelError if the type is not supported, or the size does not match the shape.
 */
export function readNpy(bytes: Uint8Array, of: string): NpyArray {
  const { descr, fortran, shape, start } = readNpyHeader(bytes, of);
  const type = typeOf(descr);
  if (!type) {
    throw new ModelError(
      `${of} holds ${descr}; handgrad reads float16, float32 and float64. ${descr === '|O' ? 'Give the arrays of a dictionary apart: np.savez(path, **parameters).' : `Save it as ${of}.astype(np.float32).`}`,
    );
  }
  const count = countIn(shape, type.size, bytes.length - start, of, 'It is cut off or damaged.');
  const values = type.read(new DataView(bytes.buffer, bytes.byteOffset + start), count);
  if (!fortran || shape.length < 2) return { shape, values };
  if (shape.length > 2 || Array.isArray(values)) {
    throw new ModelError(
      `${of} has ${shape.length} dimensions in Fortran's order; expected 2. Save it as np.ascontiguousarray(${of}).`,
    );
  }
  return { shape, values: rowByRow(values as Float32Array, shape[0], shape[1]) };
}

/**
 * How many elements a shape has.
 *
 * @throws ModelError unless they take the bytes that are there. Texts of no length take none, however many.
 */
export function countIn(
  shape: readonly number[],
  size: number,
  found: number,
  of: string,
  cure: string,
): number {
  const count = shape.reduce((product, side) => product * side, 1);
  if (size === 0 && count > 1) {
    throw new ModelError(
      `${of} is (${shape.join(', ')}) by its header, of texts without a character: nothing is there. ${cure}`,
    );
  }
  if (count * size === found) return count;
  throw new ModelError(
    `${of} is (${shape.join(', ')}) by its header, which takes ${count * size} bytes, but ${found} are there. ${cure}`,
  );
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93 N U M P Y
const preamble = magic.length + 4;
const longestHeader = 10_000;

/** What an .npy file says before its elements. */
export interface NpyHeader {
  /** numpy's dtype, such as <f4. */
  readonly descr: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** The offset of the elements. */
  readonly start: number;
}

/** @throws ModelError if it is no .npy file, or is cut off in its header. */
export function readNpyHeader(bytes: Uint8Array, of: string): NpyHeader {
  const [major] = bytes.subarray(magic.length);
  if (!magic.every((byte, i) => bytes[i] === byte) || !(major >= 1 && major <= 3)) {
    throw new ModelError(`${of} is no array in numpy's format. Write it by numpy.savez.`);
  }
  const cutOff = () => new ModelError(`${of} is cut off in its header.`);
  const lengthSize = major === 1 ? 2 : 4;
  const from = magic.length + 2 + lengthSize;
  if (bytes.length < from) throw cutOff();
  const view = new DataView(bytes.buffer, bytes.byteOffset + magic.length + 2);
  const length = major === 1 ? view.getUint16(0, true) : view.getUint32(0, true);
  const start = from + length;
  if (bytes.length < start) throw cutOff();
  if (length > longestHeader) {
    throw new ModelError(`${of} has a header of ${length} bytes; numpy reads ${longestHeader}.`);
  }

  const header = parseHeader(new TextDecoder().decode(bytes.subarray(from, start)));
  if (!header) {
    const text = new TextDecoder().decode(bytes.subarray(from, from + 80)).trim();
    throw new ModelError(`${of} has a header that is not numpy's: ${text}`);
  }
  const { descr, fortran, shape } = header;
  assertFew(of, shape.length, 'axes', 'axes', ModelError);
  if (!shape.every(Number.isSafeInteger)) {
    throw new ModelError(`${of} is (${shape.join(', ')}), larger than any file. It is damaged.`);
  }
  return { descr, fortran, shape, start };
}

interface ElementType {
  readonly size: number;
  read(data: DataView, count: number): Float32Array | Float64Array | string[];
}

/** By numpy's dtype, such as <f4; undefined if unsupported. */
function typeOf(descr: string): ElementType | undefined {
  const [, order, kind, digits] = /^([<>])([fU])(\d{1,4})$/.exec(descr) ?? [];
  const little = order === '<';
  const size = Number(digits);
  if (kind === 'U') return strings(size, little);
  if (kind === 'f' && size === 2) {
    return {
      size,
      read: (data, n) => filled(new Float32Array(n), (i) => float16(data.getUint16(2 * i, little))),
    };
  }
  if (kind === 'f' && size === 4) {
    return {
      size,
      read: (data, n) => filled(new Float32Array(n), (i) => data.getFloat32(4 * i, little)),
    };
  }
  if (kind === 'f' && size === 8) {
    return {
      size,
      read: (data, n) => filled(new Float64Array(n), (i) => data.getFloat64(8 * i, little)),
    };
  }
  return undefined;
}

/** A loop: `from` with a function takes ten times as long. */
export function filled<T extends Float32Array | Float64Array>(
  values: T,
  value: (i: number) => number,
): T {
  for (let i = 0; i < values.length; i++) values[i] = value(i);
  return values;
}

/** Strings of fixed length, four bytes per character, padded with zeros. */
function strings(length: number, little: boolean): ElementType {
  const character = (code: number) => (code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd');
  return {
    size: 4 * length,
    read: (data, count) =>
      Array.from({ length: count }, (_, i) =>
        Array.from({ length }, (_, j) => data.getUint32(4 * (i * length + j), little))
          .map(character)
          .join('')
          .replace(/\0+$/, ''),
      ),
  };
}

/** As stored in memory: little-endian on every platform TensorFlow.js runs on. */
function float32(values: Float32Array): [descr: string, data: Uint8Array] {
  return ['<f4', new Uint8Array(values.buffer, values.byteOffset, values.byteLength)];
}

function unicode(texts: readonly string[]): [descr: string, data: Uint8Array] {
  const codes = texts.map((text) => Array.from(text, (character) => character.codePointAt(0)!));
  const length = Math.max(1, ...codes.map((code) => code.length));
  const data = new DataView(new ArrayBuffer(4 * length * texts.length));
  codes.forEach((text, i) => {
    text.forEach((code, j) => {
      data.setUint32(4 * (i * length + j), code, true);
    });
  });
  return [`<U${length}`, new Uint8Array(data.buffer)];
}

function rowByRow<T extends Float32Array | Float64Array>(values: T, rows: number, columns: number) {
  const result = values.slice() as T;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[i * columns + j] = values[j * rows + i];
  }
  return result;
}
