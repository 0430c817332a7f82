import { beforeAll, describe, expect, test } from '@jest/globals';
import { assemble } from '../../../src/compiled/wasm/assembler.js';
import type { Access, Fused } from '../../../src/compiled/wasm/elementwise.js';
import { productCode, scratchBytes } from '../../../src/compiled/wasm/product.js';
import { RandomState } from '../../../src/core/random.js';

const memory = new WebAssembly.Memory({ initial: 4 });
const floats = () => new Float32Array(memory.buffer);

/** Where A, B and C lie, and what else there is is not written to. */
const [a, b, c, scratch] = [1024, 65536, 131072, 229376];
const untouched = 12345;

/** C = A B in float32, each sum from its first term to its last. */
function expected(A: Float32Array, B: Float32Array, rows: number, depth: number, columns: number) {
  const { fround } = Math;
  return Float32Array.from({ length: rows * columns }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    let sum = 0;
    for (let k = 0; k < depth; k++) {
      sum = fround(sum + fround(A[i * depth + k] * B[k * columns + j]));
    }
    return sum;
  });
}

function transposed(M: Float32Array, rows: number, columns: number) {
  return M.map((_, at) => M[(at % rows) * columns + Math.floor(at / rows)]);
}

describe('the product is the sum in its order, to the bit, wherever the tiles end', () => {
  const random = new RandomState(1);
  let draw: (n: number) => Float32Array;
  beforeAll(() => {
    draw = (n) => Float32Array.from({ length: n }, () => random.gauss());
  });
  // A single row is cut into tiles of 32, others of 8.
  const sizes = [1, 2, 3, 4, 5, 8, 9, 15, 31, 32, 33, 71];
  test.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('A transposed: %s, B transposed: %s', (transposedA, transposedB) => {
    for (const rows of sizes) {
      for (const columns of sizes) {
        for (const depth of [1, 2, 7]) {
          const [A, B] = [draw(rows * depth), draw(depth * columns)];
          floats().fill(untouched);
          floats().set(transposedA ? transposed(A, rows, depth) : A, a / 4);
          floats().set(transposedB ? transposed(B, depth, columns) : B, b / 4);
          const product = { rows, depth, columns, transposedA, transposedB };
          const [run] = assemble([productCode(product, { a, b, c, scratch })], memory);
          run();
          run();
          const size = rows * columns;
          expect(floats().slice(c / 4, c / 4 + size)).toEqual(expected(A, B, rows, depth, columns));
          expect(floats()[c / 4 - 1]).toBe(untouched);
          expect(floats()[c / 4 + size]).toBe(untouched);
          expect(floats()[(scratch + scratchBytes(product)) / 4]).toBe(untouched);
        }
      }
    }
  });
});

describe('a tail: max(rate (A B + b) - M, r), computed before C is stored', () => {
  const { fround } = Math;
  const random = new RandomState(4);
  const draw = (n: number) => Float32Array.from({ length: n }, () => random.gauss());
  const [m, column, row, rate] = [196608, 163840, 172032, 180224];
  /** A vector of a single row or column has the shape of C, or is one number. */
  const accessOf = (access: 'row' | 'column', [rows, columns]: readonly number[]): Access => {
    const [along, across] = access === 'row' ? [columns, rows] : [rows, columns];
    if (across === 1) return 'each';
    return along === 1 ? 'scalar' : access;
  };
  const sizes = [1, 3, 4, 8, 9, 14, 33];
  const cases = [false, true].flatMap((transposedA) =>
    [false, true].map((transposedB) => ({ transposedA, transposedB })),
  );

  const shapes = [5, 17].flatMap((depth) =>
    sizes.flatMap((rows) => sizes.map((columns) => [rows, columns, depth])),
  );

  test.each(cases)('$transposedA, $transposedB', (transposes) => {
    // The sums of a long row are set aside before the tail.
    for (const [rows, columns, depth] of shapes) {
      const [A, B, M] = [rows * depth, depth * columns, rows * columns].map(draw);
      const [b1, r1] = [draw(rows), draw(columns)];
      floats().fill(untouched);
      floats().set(transposes.transposedA ? transposed(A, rows, depth) : A, a / 4);
      floats().set(transposes.transposedB ? transposed(B, depth, columns) : B, b / 4);
      floats().set([0.3], rate / 4);
      floats().set(b1, column / 4);
      floats().set(r1, row / 4);
      floats().set(M, m / 4);
      const access = (which: 'row' | 'column') => accessOf(which, [rows, columns]);
      const loop: Fused = {
        ...{ rows, columns, inputs: ['scalar', access('column'), 'each', 'each', access('row')] },
        steps: [
          { kernel: 'Add', operands: [2, 1] },
          { kernel: 'Multiply', operands: [0, 5] },
          { kernel: 'Sub', operands: [6, 3] },
          { kernel: 'Maximum', operands: [7, 4] },
        ],
      };
      const product = { rows, depth, columns, ...transposes };
      // The result takes the place of M, as a value takes that of the old one.
      const at = { a, b, c: m, scratch, more: [rate, column, m, row] };
      const tail = { loop, sum: 2 };
      const [run] = assemble([productCode(product, at, tail)], memory);
      run();
      const sums = expected(A, B, rows, depth, columns);
      const after = sums.map((sum, at) => {
        const [i, j] = [Math.floor(at / columns), at % columns];
        const scaled = fround(fround(0.3) * fround(sum + b1[i]));
        return Math.max(fround(scaled - M[at]), r1[j]);
      });
      expect(floats().slice(m / 4, m / 4 + rows * columns)).toEqual(after);
      expect(floats()[m / 4 - 1]).toBe(untouched);
      expect(floats()[m / 4 + rows * columns]).toBe(untouched);
      expect(floats()[(scratch + scratchBytes(product, tail)) / 4]).toBe(untouched);
    }
  });
});

test('a matrix that the cache does not hold is packed, and the bits are the same', () => {
  const [rows, depth, columns] = [9, 513, 512];
  const random = new RandomState(3);
  const draw = (n: number) => Float32Array.from({ length: n }, () => random.gauss());
  const [A, B] = [draw(rows * depth), draw(depth * columns)];
  const wide = new WebAssembly.Memory({ initial: 20 });
  const b = a + A.byteLength;
  const c = b + B.byteLength;
  const scratch = c + 4 * rows * columns;
  const numbers = new Float32Array(wide.buffer);
  numbers.set(A, a / 4);
  numbers.set(B, b / 4);
  const product = { rows, depth, columns, transposedA: false, transposedB: false };
  expect(scratchBytes(product)).toBeGreaterThan(0);
  const [run] = assemble([productCode(product, { a, b, c, scratch })], wide);
  run();
  expect(numbers.slice(c / 4, c / 4 + rows * columns)).toEqual(
    expected(A, B, rows, depth, columns),
  );
});

describe('batches: each 48 terms are summed by themselves, and their sums one after the other', () => {
  const { fround } = Math;
  const random = new RandomState(2);
  const draw = (n: number) => Float32Array.from({ length: n }, () => random.gauss());
  const by48 = (A: Float32Array, B: Float32Array, rows: number, depth: number, columns: number) => {
    let C = new Float32Array(rows * columns);
    for (let from = 0; from < depth; from += 48) {
      const to = Math.min(depth, from + 48);
      const partA = Array.from({ length: rows }, (_, i) => [
        ...A.subarray(i * depth + from, i * depth + to),
      ]);
      const part = expected(
        Float32Array.from(partA.flat()),
        B.slice(from * columns, to * columns),
        ...([rows, to - from, columns] as const),
      );
      C = C.map((c, i) => fround(c + part[i]));
    }
    return C;
  };

  test.each([
    [true, true],
    [true, false],
    [false, true],
  ])('each its own A: %s, its own B: %s', (ownA, ownB) => {
    for (const [rows, depth, columns] of [
      [5, 32, 9],
      [6, 48, 8],
      [3, 49, 4],
      [1, 100, 33],
      [7, 144, 1],
      [4, 150, 11],
      [10, 100, 11],
    ]) {
      const count = 3;
      const [sizeA, sizeB, size] = [rows * depth, depth * columns, rows * columns];
      const [A, B] = [draw(ownA ? count * sizeA : sizeA), draw(ownB ? count * sizeB : sizeB)];
      floats().fill(untouched);
      floats().set(A, a / 4);
      floats().set(B, b / 4);
      const batch = { count, ownA, ownB };
      const product = { rows, depth, columns, transposedA: false, transposedB: false, batch };
      const [run] = assemble([productCode(product, { a, b, c, scratch })], memory);
      run();
      run();
      for (let k = 0; k < count; k++) {
        const [atA, atB] = [ownA ? k * sizeA : 0, ownB ? k * sizeB : 0];
        const [ofA, ofB] = [A.slice(atA, atA + sizeA), B.slice(atB, atB + sizeB)];
        const start = c / 4 + k * size;
        expect(floats().slice(start, start + size)).toEqual(by48(ofA, ofB, rows, depth, columns));
      }
      expect(floats()[c / 4 - 1]).toBe(untouched);
      expect(floats()[c / 4 + count * size]).toBe(untouched);
      expect(floats()[(scratch + scratchBytes(product)) / 4]).toBe(untouched);
    }
  });
});
