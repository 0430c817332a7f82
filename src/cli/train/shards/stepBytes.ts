import { DataError } from '../../../core/errors.js';
import type { RandomPosition } from '../../../core/random.js';
import type { Batch } from '../../../training/batches.js';
import type { Numbers } from '../../../training/shards/flat.js';

/*
 * What the shards of a step, or of a round of steps, need beside data and network, as bytes: six counts, then
 * the numbers of parameters and optimizer, how many samples each batch has, the batches, and the random stream
 * from which their noise is drawn. All in words of 4 bytes, or 8 for numbers in double precision, as the
 * machines have them: little-endian.
 */

/** A step as it travels. */
export interface StepParts {
  /** Of `flatParameters`, or `flatState`. */
  readonly numbers: Numbers;
  readonly batches: readonly Batch[];
  readonly noise?: RandomPosition;
}

const word = 4;
const head = 6 * word; // a multiple of 8, for float64
/** Stands for a batch of all samples. */
const all = 0xffffffff;

export function encodeStep({ numbers, batches, noise }: StepParts): Uint8Array {
  const indices = batches.flatMap((batch) => batch ?? []);
  const counts = Uint32Array.of(
    numbers.BYTES_PER_ELEMENT,
    numbers.length,
    batches.length,
    indices.reduce((sum, { length }) => sum + length, 0),
    noise?.words.length ?? 0,
    noise?.next ?? 0,
  );
  const sizes = Uint32Array.from(batches, (batch) => batch?.length ?? all);
  return joined([counts, numbers, sizes, ...indices, noise?.words ?? new Uint32Array(0)]);
}

/** @throws DataError for what is no step */
export function decodeStep(bytes: Uint8Array): StepParts {
  if (bytes.length < head) throw damaged();
  const own = Uint8Array.from(bytes).buffer; // aligned
  const [size, count, batchCount, inBatches, noiseCount, next] = new Uint32Array(own, 0, 6);
  const words = batchCount + inBatches + noiseCount;
  const isWhole = bytes.length === head + size * count + word * words;
  if ((size !== 4 && size !== 8) || !isWhole) throw damaged();
  let at = head + size * count;
  const take = <T>(Words: new (buffer: ArrayBuffer, at: number, n: number) => T, n: number): T => {
    at += word * n;
    return new Words(own, at - word * n, n);
  };
  const sizes = take(Uint32Array, batchCount);
  const known = sizes.reduce((sum, one) => (one === all ? sum : sum + one), 0);
  if (known !== inBatches) throw damaged();
  const batches = Array.from(sizes, (one) => (one === all ? undefined : take(Int32Array, one)));
  const Values = size === 8 ? Float64Array : Float32Array;
  return {
    ...{ numbers: new Values(own, head, count), batches },
    ...(noiseCount > 0 && { noise: { seed: 0, words: take(Uint32Array, noiseCount), next } }),
  };
}

/** Numbers as they lie in memory. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** So many numbers out of bytes, in the precision that their length says. @throws DataError */
export function numbersOf(bytes: Uint8Array, count: number): Numbers {
  const own = Uint8Array.from(bytes).buffer;
  if (own.byteLength === 4 * count) return new Float32Array(own);
  if (own.byteLength === 8 * count) return new Float64Array(own);
  throw damaged();
}

const damaged = () =>
  new DataError('What was sent of a step has another length than its network. Run it once more.');

function joined(parts: readonly ArrayBufferView[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(bytesOf(part), at);
    at += part.byteLength;
  }
  return whole;
}
