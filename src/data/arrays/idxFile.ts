import { DataError } from '../../core/errors.js';
import { type NdArray, numbersFrom, printed } from './ndArray.js';

const types: Readonly<Record<number, [kind: 'u' | 'i' | 'f', size: number]>> = {
  8: ['u', 1],
  9: ['i', 1],
  11: ['i', 2],
  12: ['i', 4],
  13: ['f', 4],
  14: ['f', 8],
};

const mostAxes = 5;

/** Whether bytes start as an idx file does: 0, 0, a type, a number of axes. */
export const isIdx = ([zero, zeroToo, type, axes]: Uint8Array): boolean =>
  zero === 0 && zeroToo === 0 && type in types && axes > 0 && axes <= mostAxes;

/**
 * An array in MNIST's format: a type, the sides as big-endian integers, the numbers.
 *
 * Source: Y. LeCun, "The MNIST database", its section on the IDX file format.
 *
 * @throws DataError if it is no such file, or does not have as many bytes as it says.
 */
export function readIdx(bytes: Uint8Array, of: string): NdArray {
  if (!isIdx(bytes)) {
    throw new DataError(`${of} is no idx file, by its first bytes. Get it again.`);
  }
  const [, , type, axes] = bytes;
  const start = 4 + 4 * axes;
  if (bytes.length < start) throw new DataError(`${of} is cut off in its header. Get it again.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const [kind, size] = types[type];
  const expected = shape.reduce((product, side) => product * side, size);
  const found = bytes.length - start;
  if (found !== expected) {
    const what = found < expected ? 'cut off' : 'damaged';
    throw new DataError(
      `${of} is ${what}: ${printed(shape)} takes ${expected} bytes, but ${found} are there. Get it again.`,
    );
  }
  const values = numbersFrom(bytes.subarray(start), kind, size, false);
  return { of, shape, values, type: kind === 'f' ? 'float' : 'int' };
}
