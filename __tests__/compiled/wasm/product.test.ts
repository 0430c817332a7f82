import { beforeAll, describe, expect, test } from '@jest/globals';
import { assemble } from '../../../src/compiled/wasm/assembler.js';
import { productCode } from '../../../src/compiled/wasm/product.js';
import { RandomState } from '../../../src/core/random.js';

const memory = new WebAssembly.Memory({ initial: 4 });
const floats = () => new Float32Array(memory.buffer);

/** Where A, B and C lie, and what else there is is not written to. */
const [a, b, c] = [1024, 65536, 131072];
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
          const [run] = assemble([productCode(product, a, b, c)], memory);
          run();
          run();
          const size = rows * columns;
          expect(floats().slice(c / 4, c / 4 + size)).toEqual(expected(A, B, rows, depth, columns));
          expect(floats()[c / 4 - 1]).toBe(untouched);
          expect(floats()[c / 4 + size]).toBe(untouched);
        }
      }
    }
  });
});
