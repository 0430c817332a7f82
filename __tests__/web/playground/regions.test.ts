import { expect, test } from '@jest/globals';
import { levels } from '../../../web/playground/palette.js';
import { paintRegions, paintUnit } from '../../../web/playground/regions.js';

/** A pixel that tells its class and its shade. */
const shades = Array.from({ length: 8 }, (_, k) =>
  Uint32Array.from({ length: levels }, (_, i) => 1000 * k + i),
);
const classOf = (pixel: number) => Math.floor(pixel / 1000);
const width = 50;

/** A row of values for each function, over the square of -1 to 1. */
function over(side: number, ...functions: ((x: number, y: number) => number)[]) {
  const at = (i: number) => -1 + (2 * i) / (side - 1);
  const values = functions.flatMap((f) =>
    Array.from({ length: side * side }, (_, i) => f(at(i % side), at(Math.floor(i / side)))),
  );
  return {
    values: Float32Array.from(values),
    shape: [functions.length, side * side] as [number, number],
  };
}

const placeOf = (pixel: number) => ({
  x: -1 + (2 * (pixel % width)) / (width - 1),
  y: 1 - (2 * Math.floor(pixel / width)) / (width - 1),
});

test('two classes meet where Z is 0, and y grows upward', () => {
  const pixels = new Uint32Array(width * width);
  paintRegions(
    over(9, (x, y) => 3 * x + y - 0.5),
    pixels,
    width,
    shades,
  );
  pixels.forEach((pixel, i) => {
    const { x, y } = placeOf(i);
    const z = 3 * x + y - 0.5;
    if (Math.abs(z) > 1e-4) expect(classOf(pixel)).toBe(z > 0 ? 1 : 0);
  });
});

test('of many classes the one with the largest Z wins, and the surer the stronger', () => {
  const lines = [
    (x: number) => 4 * x,
    (x: number, y: number) => -2 * x + 3 * y,
    (_: number, y: number) => -5 * y,
  ];
  const pixels = new Uint32Array(width * width);
  paintRegions(over(9, ...lines), pixels, width, shades);
  pixels.forEach((pixel, i) => {
    const { x, y } = placeOf(i);
    const Z = lines.map((line) => line(x, y));
    const [first, second] = [...Z].sort((a, b) => b - a);
    if (first - second < 1e-3) return;
    expect(classOf(pixel)).toBe(Z.indexOf(first));
    // The probability of the winner against the next, σ(lead), from a half to one.
    const sure = 2 / (1 + Math.exp(-(first - second))) - 1;
    // A whole shade down, and a quarter of one for the table of shades.
    expect(Math.abs((pixel % 1000) - levels * sure)).toBeLessThanOrEqual(1.25);
  });
});

test('what is no number is painted as unsure', () => {
  const pixels = new Uint32Array(width * width);
  paintRegions(
    over(9, () => Number.NaN),
    pixels,
    width,
    shades,
  );
  expect(new Set([...pixels].map((pixel) => pixel % 1000))).toEqual(new Set([0]));
});

test('a unit is painted by its own sign and size', () => {
  const side = 5;
  const pixels = new Uint32Array(side * side);
  paintUnit(
    over(
      side,
      () => 9,
      (_, y) => 2 * y,
    ),
    1,
    pixels,
    [shades[0], shades[1]],
  );
  const row = (r: number) => [...pixels.subarray(side * r, side * (r + 1))];
  expect(row(0)).toEqual(Array(side).fill(1000 + levels - 1));
  expect(row(4)).toEqual(Array(side).fill(levels - 1));
  expect(row(2)).toEqual(Array(side).fill(0));
});
