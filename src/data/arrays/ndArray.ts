/** The typed arrays that files keep numbers in. */
export type NumberArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** An array of a file, row-major, as it was read. */
export interface NdArray {
  /** What stands for it in messages: `X in digits.npz`. */
  readonly of: string;
  readonly shape: readonly number[];
  readonly values: NumberArray | readonly string[];
  /** Whether its numbers are whole by their type, and true and false. */
  readonly type: 'text' | 'bool' | 'int' | 'float';
}

/** `(1797, 64)`, `(1797,)`: a shape as numpy prints it. */
export const printed = (shape: readonly number[]): string =>
  shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;

type Kind = 'i' | 'u' | 'f';

const types: Readonly<Record<string, new (buffer: ArrayBuffer) => NumberArray>> = {
  u1: Uint8Array,
  i1: Int8Array,
  u2: Uint16Array,
  i2: Int16Array,
  u4: Uint32Array,
  i4: Int32Array,
  u8: BigUint64Array,
  i8: BigInt64Array,
  f4: Float32Array,
  f8: Float64Array,
};

/** Numbers from the bytes of a file in either byte order: a copy. */
export function numbersFrom(
  bytes: Uint8Array,
  kind: Kind,
  size: number,
  littleEndian: boolean,
): NumberArray {
  const copy = new Uint8Array(bytes); // a Buffer's slice would be a view
  if (!littleEndian && size > 1) reverseEach(copy, size);
  return new types[`${kind}${size}`](copy.buffer);
}

export const isElement = (kind: string, size: number): boolean => `${kind}${size}` in types;

function reverseEach(bytes: Uint8Array, size: number): void {
  for (let from = 0; from < bytes.length; from += size) bytes.subarray(from, from + size).reverse();
}

/** What the numbers of an array are like. */
export interface Range {
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
  /** The place of the first that is NaN, infinite or too large for a float32, or -1. */
  readonly odd: number;
}

const maxFloat32 = (2 - 2 ** -23) * 2 ** 127;

export function rangeOf(values: NumberArray): Range {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let whole = true;
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]);
    if (!(Math.abs(value) <= maxFloat32)) return { min, max, whole: false, odd: i };
    if (value < min) min = value;
    if (value > max) max = value;
    if (whole && value % 1 !== 0) whole = false;
  }
  return { min, max, whole, odd: -1 };
}

/** The indices of an element, `3, 0, 12`. */
function placeOf(index: number, shape: readonly number[]): string {
  let rest = index;
  const indices = shape.toReversed().map((side) => {
    const at = rest % side;
    rest = Math.floor(rest / side);
    return at;
  });
  return indices.reverse().join(', ');
}

/** `X[3, 1] in digits.npz`: an element of an array, for messages. */
export function elementOf(of: string, index: number, shape: readonly number[]): string {
  const [name, ...file] = of.split(' in ');
  return [`${name}[${placeOf(index, shape)}]`, ...file].join(' in ');
}

export function toFloat32(values: NumberArray): Float32Array {
  if (values instanceof Float32Array) return values;
  const floats = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) floats[i] = Number(values[i]);
  return floats;
}

export function toFloat64(values: NumberArray): Float64Array {
  const floats = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) floats[i] = Number(values[i]);
  return floats;
}
