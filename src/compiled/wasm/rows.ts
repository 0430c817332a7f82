import { advance, assemble, type Body, op, repeat } from './assembler.js';
import { ownMemory, type WasmBackend } from './backend.js';
import { blockCode } from './copies.js';

/** Copies rows of one size to places of their own, one behind the other. */
export interface Rows {
  /** `from` is the address of the matrix, `rows` the indices. */
  take(from: number, rows: Int32Array): void;
  dispose(): void;
}

/** For batches of so many rows of so many bytes, which go to the address `to`. */
export function rowsTo(backend: WasmBackend, to: number, count: number, bytes: number): Rows {
  const { wasm } = backend;
  const memory = ownMemory(backend);
  if (!memory) {
    const take = (from: number, rows: Int32Array) => {
      for (const [i, row] of rows.entries()) {
        const start = from + row * bytes;
        wasm.HEAPU8.copyWithin(to + i * bytes, start, start + bytes);
      }
    };
    return { take, dispose: () => {} };
  }
  const addresses = wasm._malloc(count * 4) >>> 0; // above 2 GB it is negative
  const [copy] = assemble([rowsCode(addresses, to, count, bytes)], memory);
  return {
    take: (from, rows) => {
      const { HEAP32 } = wasm;
      for (let i = 0; i < count; i++) HEAP32[addresses / 4 + i] = from + rows[i] * bytes;
      copy();
    },
    dispose: () => wasm._free(addresses),
  };
}

/** Code that copies each row from its address in a table. */
function rowsCode(addresses: number, to: number, count: number, bytes: number): Body {
  const [source, target, place, counter] = Array(4).keys();
  return {
    integers: 4,
    vectors: 0,
    code: [
      [op.int(to), op.set(target), op.int(addresses), op.set(place)],
      repeat(count, counter, [
        [op.get(place), op.loadInt(0), op.set(source)],
        blockCode(bytes),
        advance(target, bytes),
        advance(place, 4),
      ]),
    ],
  };
}
