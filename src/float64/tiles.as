/**
 * C += A B in WebAssembly, two numbers to a register: `plain` of tiles.ts is the same in JavaScript.
 * A, B and C are where they begin, in bytes; a strip is four lines, side by side.
 */
export function multiply(A: usize, B: usize, C: usize, stripsOfA: i32, stripsOfB: i32, depth: i32): void {
  const strip = depth * 32;
  const row = stripsOfB * 32;
  for (let j = 0; j < stripsOfB; j++) {
    for (let i = 0; i < stripsOfA; i++) {
      addTile(A + i * strip, B + j * strip, C + i * 4 * row + j * 32, row, strip);
    }
  }
}

/** Four rows and four columns of C: eight registers of sums. */
// @ts-ignore: decorator
@inline
function addTile(a: usize, b: usize, c: usize, row: i32, strip: i32): void {
  let c00 = f64x2.splat(0), c02 = f64x2.splat(0);
  let c10 = f64x2.splat(0), c12 = f64x2.splat(0);
  let c20 = f64x2.splat(0), c22 = f64x2.splat(0);
  let c30 = f64x2.splat(0), c32 = f64x2.splat(0);
  for (const end = a + strip; a < end; a += 32, b += 32) {
    const b0 = v128.load(b);
    const b2 = v128.load(b, 16);
    const a0 = v128.load64_splat(a);
    c00 = f64x2.add(c00, f64x2.mul(a0, b0));
    c02 = f64x2.add(c02, f64x2.mul(a0, b2));
    const a1 = v128.load64_splat(a, 8);
    c10 = f64x2.add(c10, f64x2.mul(a1, b0));
    c12 = f64x2.add(c12, f64x2.mul(a1, b2));
    const a2 = v128.load64_splat(a, 16);
    c20 = f64x2.add(c20, f64x2.mul(a2, b0));
    c22 = f64x2.add(c22, f64x2.mul(a2, b2));
    const a3 = v128.load64_splat(a, 24);
    c30 = f64x2.add(c30, f64x2.mul(a3, b0));
    c32 = f64x2.add(c32, f64x2.mul(a3, b2));
  }
  addTo(c, c00, c02);
  addTo(c + row, c10, c12);
  addTo(c + 2 * row, c20, c22);
  addTo(c + 3 * row, c30, c32);
}

// @ts-ignore: decorator
@inline
function addTo(c: usize, left: v128, right: v128): void {
  v128.store(c, f64x2.add(v128.load(c), left));
  v128.store(c, f64x2.add(v128.load(c, 16), right), 16);
}
