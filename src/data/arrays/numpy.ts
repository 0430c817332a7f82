import { DataError, ModelError } from '../../core/errors.js';
import { float16 } from '../../files/halves.js';
import { countIn, filled, readNpyHeader } from '../../files/npy.js';
import { isElement, type NdArray, type NumberArray, numbersFrom } from './ndArray.js';

/**
 * An .npy file of numbers, booleans or text of any size, in either byte order and either order of axes.
 *
 * Source: numpy.lib.format, versions 1.0 to 3.0.
 *
 * @throws DataError if it is cut off or damaged, or holds something else, such as Python objects.
 */
export function readNumpy(bytes: Uint8Array, of: string): NdArray {
  const { descr, fortran, shape, start } = inDataErrors(() => readNpyHeader(bytes, of));
  const [, order, kind, digits] = /^([<>|=])([biufUS])(\d{1,5})$/.exec(descr) ?? [];
  const length = Number(digits);
  const size = kind === 'U' ? 4 * length : length;
  const isKnown = kind === 'U' || kind === 'S' || kind === 'b' || isElement(kind, size);
  if (!isKnown && !(kind === 'f' && size === 2)) {
    const cure =
      descr === '|O'
        ? 'It holds Python objects: give it a type, such as .astype(np.float32) or .astype(str).'
        : 'Save it with .astype(np.float32).';
    throw new DataError(`${of} is of the type ${descr}, which handgrad does not read. ${cure}`);
  }
  inDataErrors(() =>
    countIn(shape, size, bytes.length - start, of, 'It is cut off or damaged: save it again.'),
  );
  const data = bytes.subarray(start);
  const little = order !== '>';
  const values =
    kind === 'U' || kind === 'S'
      ? texts(data, kind, size, little)
      : numbers(data, kind, size, little);
  const type =
    kind === 'b' ? 'bool' : kind === 'f' ? 'float' : Array.isArray(values) ? 'text' : 'int';
  return { of, shape, values: fortran ? rowMajor(values, shape) : values, type };
}

/** The readers of files speak of models; here it is data. */
export function inDataErrors<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ModelError) throw new DataError(error.message, { cause: error });
    throw error;
  }
}

function numbers(data: Uint8Array, kind: string, size: number, little: boolean): NumberArray {
  if (kind === 'b') return new Uint8Array(data);
  if (kind === 'f' && size === 2) {
    const halves = numbersFrom(data, 'u', 2, little) as Uint16Array;
    return filled(new Float32Array(halves.length), (i) => float16(halves[i]));
  }
  return numbersFrom(data, kind as 'i' | 'u' | 'f', size, little);
}

/** Texts of fixed length, padded with zeros: U of four bytes a character, S of one. */
function texts(data: Uint8Array, kind: 'U' | 'S', size: number, little: boolean): string[] {
  if (size === 0) return [];
  const utf8 = new TextDecoder();
  return Array.from({ length: data.length / size }, (_, i) => {
    const cell = data.subarray(i * size, (i + 1) * size);
    const text =
      kind === 'S'
        ? utf8.decode(cell)
        : characters(numbersFrom(cell, 'u', 4, little) as Uint32Array);
    return text.replace(/\0+$/, '');
  });
}

/** What is no character stands as U+FFFD. */
function characters(codes: Uint32Array): string {
  let text = '';
  for (const code of codes) text += code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  return text;
}

/** The same array with its last axis running fastest, as it was with the first. */
function rowMajor<T extends NumberArray | readonly string[]>(
  values: T,
  shape: readonly number[],
): T {
  if (shape.length < 2) return values;
  const result = values.slice() as unknown as { [i: number]: unknown; length: number };
  const steps = shape.map((_, axis) => shape.slice(0, axis).reduce((step, side) => step * side, 1));
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < values.length; to++) {
    result[to] = values[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++index[axis] < shape[axis]) break;
      from -= shape[axis] * steps[axis];
      index[axis] = 0;
    }
  }
  return result as unknown as T;
}
