import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { compileTiles } from '../../scripts/build-float64-wasm.js';
import { RandomState } from '../../src/core/random.js';
import { atA, atB, atC, plain, SIDE, simd, TILE, type Tiles } from '../../src/float64/tiles.js';

const random = new RandomState(5);

/** Strips of numbers between -1 and 1, the same for both, and C that holds some already. */
function fill({ memory }: Tiles, seed: number): void {
  const random = new RandomState(seed);
  for (let i = 0; i < memory.length; i++) memory[i] = 2 * random.uniform() - 1;
}

const bytes = (x: Float64Array) => Buffer.from(x.buffer, x.byteOffset, x.byteLength);
const sameBits = (x: Float64Array, y: Float64Array) => bytes(x).equals(bytes(y));

test('in WebAssembly there are 128-bit registers here, and room for three blocks', () => {
  expect(simd()!.memory.length).toBeGreaterThanOrEqual(3 * SIDE * SIDE);
});

// biome-ignore format: one line
describe.each([[1, 1, 1], [1, 3, 7], [5, 2, 64], [3, 4, 256], [64, 1, 2], [1, 64, 3]])('%d by %d strips, %d deep', (stripsOfA, stripsOfB, depth) => {
  const seed = random.randint(0, 1000, 1)[0];

  test.each<[string, () => Tiles]>([
    ['WebAssembly', () => simd()!],
    ['JavaScript', plain],
  ])('%s: C += A B, as it is defined', (_, make) => {
    const tiles = make();
    fill(tiles, seed);
    const before = tiles.memory.slice();
    tiles.multiply(stripsOfA, stripsOfB, depth);
    const columns = TILE * stripsOfB;
    const A = (i: number, k: number) =>
      before[atA + (Math.floor(i / TILE) * depth + k) * TILE + (i % TILE)];
    const B = (k: number, j: number) =>
      before[atB + (Math.floor(j / TILE) * depth + k) * TILE + (j % TILE)];
    let worst = 0;
    for (let i = 0; i < TILE * stripsOfA; i++) {
      for (let j = 0; j < columns; j++) {
        let expected = before[atC + i * columns + j];
        for (let k = 0; k < depth; k++) expected += A(i, k) * B(k, j);
        worst = Math.max(worst, Math.abs(tiles.memory[atC + i * columns + j] - expected));
      }
    }
    expect(worst).toBeLessThan(1e-12);
    const end = atC + TILE * stripsOfA * columns;
    expect(sameBits(tiles.memory.subarray(0, atC), before.subarray(0, atC))).toBe(true);
    expect(sameBits(tiles.memory.subarray(end), before.subarray(end))).toBe(true);
  });

  test('the two give the same bits', () => {
    const both = [simd()!, plain()].map((tiles) => {
      fill(tiles, seed);
      tiles.multiply(stripsOfA, stripsOfB, depth);
      return tiles.memory.slice(0, 3 * SIDE * SIDE);
    });
    expect(sameBits(both[0], both[1])).toBe(true);
  });
});

test('where WebAssembly refuses, there is none', () => {
  const refusing = jest.spyOn(WebAssembly, 'Module').mockImplementation(() => {
    throw new WebAssembly.CompileError('no 128-bit registers');
  });
  expect(simd()).toBeUndefined();
  refusing.mockRestore();
  expect(simd()?.multiply).toBeInstanceOf(Function);
});

describe('tilesWasm.ts', () => {
  const committed = readFileSync(
    new URL('../../src/float64/tilesWasm.ts', import.meta.url),
    'utf8',
  );
  let compiled: string;
  beforeAll(async () => {
    compiled = await compileTiles();
  });

  test('is what tiles.as compiles to', () => {
    expect(committed).toBe(compiled);
  });

  // Old browsers compile no larger module at once on their main thread.
  test('is less than 4 KB', () => {
    const [, base64] = committed.match(/'([^']+)'/)!;
    expect(atob(base64).length).toBeLessThan(4096);
  });
});
