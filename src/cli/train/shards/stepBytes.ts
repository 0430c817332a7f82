import { DataError } from '../../../core/errors.js';
import type { RandomPosition } from '../../../core/random.js';
import type { Batch } from '../../../training/batches.js';
import type { Numbers } from '../../../training/shards/flatGradients.js';

/*
 * What the shards of a step need beside data and network, as bytes: five counts, then the numbers of the
 * parameters, the batch, and the random stream from which its noise is drawn. All in words of 4 bytes, or 8
 * for parameters in double precision, as the machines have them: little-endian.
 */

/** A step as it travels. */
export interface StepParts {
  readonly parameters: Numbers;
  readonly batch: Batch;
  readonly noise?: RandomPosition;
}

const words = 4;
const head = 6 * words; // a multiple of 8, for float64
const all = 0xffffffff;

export function encodeStep({ parameters, batch, noise }: StepParts): Uint8Array {
  const counts = Uint32Array.of(
    parameters.BYTES_PER_ELEMENT,
    parameters.length,
    batch?.length ?? all,
    noise?.words.length ?? 0,
    noise?.next ?? 0,
    0,
  );
  return joined([counts, parameters, batch ?? new Int32Array(0), noise?.words ?? new Uint32Array(0)]); // biome-ignore format: one line
}

/** @throws DataError for what is no step */
export function decodeStep(bytes: Uint8Array): StepParts {
  if (bytes.length < head) throw damaged();
  const own = Uint8Array.from(bytes).buffer; // aligned
  const [size, count, batchCount, noiseCount, next] = new Uint32Array(own, 0, 6);
  const isAll = batchCount === all;
  const inBatch = isAll ? 0 : batchCount;
  const isWhole = bytes.length === head + size * count + words * (inBatch + noiseCount);
  if ((size !== 4 && size !== 8) || !isWhole) throw damaged();
  const Values = size === 8 ? Float64Array : Float32Array;
  const behind = head + size * count;
  return {
    parameters: new Values(own, head, count),
    batch: isAll ? undefined : new Int32Array(own, behind, inBatch),
    ...(noiseCount > 0 && {
      noise: { seed: 0, words: new Uint32Array(own, behind + words * inBatch, noiseCount), next },
    }),
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
