import * as tf from '@tensorflow/tfjs-core';
import type { WasmBackend } from './backend.js';
import { integers } from './kernels.js';
import type { DataOf } from './passes.js';
import type { Call } from './recording.js';

/** A contiguous block of bytes in the heap. */
export interface Block {
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
}

/** With more blocks the kernel is just as fast. */
const maxBlocks = 16;

/**
 * A gather of fixed rows as a few block copies, because the kernel computes the position of every
 * element. Undefined for any other gather.
 */
export function gatheredBlocks(
  { wasm }: WasmBackend,
  { kernel, args, reads, writes }: Call,
  dataOf: DataOf,
  varying: ReadonlySet<number>,
): readonly Block[] | undefined {
  if (kernel !== 'Gather' || varying.has(reads[1])) return undefined;
  const [matrix, indices, result] = [...reads, writes].map(dataOf);
  const [all, outer, row] = integers(args[2]);
  const size = tf.util.sizeFromShape([...matrix.shape]);
  if (all !== size || outer !== size || indices.dtype !== 'int32') return undefined;

  const bytes = row * tf.util.bytesPerElement(matrix.dtype);
  const start = indices.memoryOffset / 4;
  const rows = wasm.HEAP32.subarray(start, start + tf.util.sizeFromShape([...indices.shape]));
  const blocks: Block[] = [];
  for (const [i, index] of rows.entries()) {
    const from = matrix.memoryOffset + index * bytes;
    const last = blocks.at(-1);
    if (last && last.from + last.bytes === from) {
      blocks[blocks.length - 1] = { ...last, bytes: last.bytes + bytes };
    } else {
      blocks.push({ from, to: result.memoryOffset + i * bytes, bytes });
    }
  }
  return blocks.length <= maxBlocks ? blocks : undefined;
}
