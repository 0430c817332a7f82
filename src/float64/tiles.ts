import { tilesWasm } from './tilesWasm.js';

/*
 * The inner loops of a matrix product, over blocks that are laid out for them: in WebAssembly, two
 * doubles to a register, and in JavaScript where there is none. The two give the same bits.
 */

/** As many rows and columns of the product as there are registers to add up in. */
export const TILE = 4;
/** The longest side of a block: as much of A as keeps in the cache. */
export const SIDE = 256;

/** Where the blocks of A, B and C begin. */
export const atA = 0;
export const atB = SIDE * SIDE;
export const atC = 2 * SIDE * SIDE;

export interface Tiles {
  /** The three blocks. */
  readonly memory: Float64Array;
  /**
   * C += A B. A lies in strips of four rows and B in strips of four columns, each of them depth times
   * four numbers side by side; C is row-major, 4 stripsOfB columns wide.
   */
  multiply(stripsOfA: number, stripsOfB: number, depth: number): void;
}

/** The inner loops in WebAssembly; undefined where it lacks 128-bit registers, or is forbidden. */
export function simd(): Tiles | undefined {
  try {
    const bytes = Uint8Array.from(atob(tilesWasm), (c) => c.charCodeAt(0));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
    const { memory, multiply } = exports as {
      memory: WebAssembly.Memory;
      multiply(A: number, B: number, C: number, ...sizes: [number, number, number]): void;
    };
    return {
      memory: new Float64Array(memory.buffer),
      multiply: (...sizes) => multiply(8 * atA, 8 * atB, 8 * atC, ...sizes),
    };
  } catch {
    return undefined;
  }
}

/** The inner loops in JavaScript. */
export function plain(): Tiles {
  const memory = new Float64Array(3 * SIDE * SIDE);
  return {
    memory,
    multiply: (stripsOfA, stripsOfB, depth) => {
      const strip = TILE * depth;
      const row = TILE * stripsOfB;
      for (let j = 0; j < stripsOfB; j++) {
        for (let i = 0; i < stripsOfA; i++) {
          addTile(memory, atA + i * strip, atB + j * strip, atC + TILE * (i * row + j), row, strip);
        }
      }
    },
  };
}

/** Four rows and four columns of C: sixteen sums, each in its own variable. */
function addTile(M: Float64Array, a: number, b: number, c: number, row: number, strip: number) {
  let [c00, c01, c02, c03] = [0, 0, 0, 0];
  let [c10, c11, c12, c13] = [0, 0, 0, 0];
  let [c20, c21, c22, c23] = [0, 0, 0, 0];
  let [c30, c31, c32, c33] = [0, 0, 0, 0];
  for (const end = a + strip; a < end; a += TILE, b += TILE) {
    const b0 = M[b];
    const b1 = M[b + 1];
    const b2 = M[b + 2];
    const b3 = M[b + 3];
    const a0 = M[a];
    c00 += a0 * b0;
    c01 += a0 * b1;
    c02 += a0 * b2;
    c03 += a0 * b3;
    const a1 = M[a + 1];
    c10 += a1 * b0;
    c11 += a1 * b1;
    c12 += a1 * b2;
    c13 += a1 * b3;
    const a2 = M[a + 2];
    c20 += a2 * b0;
    c21 += a2 * b1;
    c22 += a2 * b2;
    c23 += a2 * b3;
    const a3 = M[a + 3];
    c30 += a3 * b0;
    c31 += a3 * b1;
    c32 += a3 * b2;
    c33 += a3 * b3;
  }
  addTo(M, c, c00, c01, c02, c03);
  addTo(M, c + row, c10, c11, c12, c13);
  addTo(M, c + 2 * row, c20, c21, c22, c23);
  addTo(M, c + 3 * row, c30, c31, c32, c33);
}

function addTo(M: Float64Array, c: number, c0: number, c1: number, c2: number, c3: number): void {
  M[c] += c0;
  M[c + 1] += c1;
  M[c + 2] += c2;
  M[c + 3] += c3;
}
