import { signatureAt } from './hdf5Datasets.js';

/*
 * Global heaps of an HDF5 file, which hold texts of any length. HDF5 goes from one object of a heap to the
 * next by its size, and does not end at an object that takes no bytes.
 * Source: HDF5 File Format Specification 3.0, III.E.
 */

const HEADER = 16;

/** @throws Error if HDF5 would go through a heap without end. */
export function assertHeapsEnd(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const ofSizes = Math.min(4, sizeOfLengths(bytes)); // HDF5 in WebAssembly counts in 32 bits
  const lengthAt = (at: number) =>
    ofSizes === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
  for (let heap = nextHeap(bytes, 0); heap >= 0; heap = nextHeap(bytes, heap + 4)) {
    if (heap + HEADER > bytes.length) return;
    const end = Math.min(bytes.length, heap + lengthAt(heap + 8)) - HEADER;
    for (let at = heap + HEADER; at <= end; ) {
      const isFree = view.getUint16(at, true) === 0;
      const size = lengthAt(at + 8);
      const taken = (isFree ? size : HEADER + 8 * Math.ceil(size / 8)) % 2 ** 32;
      if (taken === 0)
        throw new Error(`The heap at byte ${heap} has an object that takes no bytes.`);
      at += taken;
    }
  }
}

/** Bytes of a number that counts bytes: the superblock says it. */
function sizeOfLengths(bytes: Uint8Array): number {
  const start = signatureAt(bytes);
  return bytes[start + (bytes[start + 8] < 2 ? 14 : 10)];
}

const GCOL = [0x47, 0x43, 0x4f, 0x4c];

/** Where the next heap begins, in version 1, the only one; -1 if there is none. Source: Horspool, 1980. */
function nextHeap(bytes: Uint8Array, from: number): number {
  for (let at = from; at + HEADER <= bytes.length; ) {
    const place = GCOL.indexOf(bytes[at + 3]);
    if (place < 3) at += 3 - place;
    else if (GCOL.every((byte, i) => bytes[at + i] === byte) && bytes[at + 4] === 1) return at;
    else at += 4;
  }
  return -1;
}
