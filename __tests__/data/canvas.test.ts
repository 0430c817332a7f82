import { describe, expect, test } from '@jest/globals';
import {
  both,
  Canvas,
  type Colour,
  circle,
  clamp,
  ellipse,
  mix,
  place,
  polygon,
  type Shape,
  stroke,
  without,
} from '../../src/data/canvas.js';

const WHITE: Colour = [1, 1, 1];

/** How much of a canvas of side 64 a white shape covers, in pixels. */
function area(shape: Shape): number {
  const canvas = new Canvas(64);
  canvas.fill(shape, WHITE);
  return canvas.toBytes().reduce((sum, byte) => sum + byte, 0) / 255 / 3;
}

/** The red bytes of a canvas, row by row. */
function rows(canvas: Canvas): number[][] {
  const bytes = canvas.toBytes();
  return Array.from({ length: canvas.size }, (_, y) =>
    Array.from({ length: canvas.size }, (_, x) => bytes[(y * canvas.size + x) * 3]),
  );
}

const half: Shape = (x) => x - 2; // all that is left of x = 2

describe('a canvas', () => {
  test('covers what is inside, and nothing outside', () => {
    const canvas = new Canvas(4);
    canvas.fill(half, WHITE);
    expect(rows(canvas)).toEqual(Array(4).fill([255, 255, 0, 0]));
  });

  test('covers a pixel on the edge in part', () => {
    const canvas = new Canvas(4);
    canvas.fill((x) => x - 2.25, WHITE); // a quarter of the third pixel
    expect(rows(canvas)[0]).toEqual([255, 255, 64, 0]);
  });

  test('spreads a blurred edge over its width, and mixes by opacity', () => {
    const canvas = new Canvas(4);
    canvas.fill(half, WHITE, { edge: 4, opacity: 0.5 });
    // Distances -1.5, -0.5, 0.5, 1.5 of an edge from -2 to 2, halved.
    expect(rows(canvas)[0]).toEqual(
      [0.875, 0.625, 0.375, 0.125].map((c) => Math.round((255 * c) / 2)),
    );
  });

  test('gives colours in the order red, green, blue, and holds them in range', () => {
    const canvas = new Canvas(1);
    canvas.paint(() => [0.2, 0.4, 0.6]);
    expect([...canvas.toBytes()]).toEqual([51, 102, 153]);
    canvas.disturb(() => 0.5);
    expect([...canvas.toBytes()]).toEqual([179, 230, 255]); // 178.5, 229.5, 280.5
  });
});

describe('shapes have the area that geometry gives them', () => {
  test.each<[string, Shape, number]>([
    ['a circle', circle(31, 33, 12), Math.PI * 144],
    ['an ellipse', ellipse(30, 30, 20, 10), Math.PI * 200],
    ['a square', polygon([10, 10, 30, 10, 30, 30, 10, 30]), 400],
    ['a square, the other way round', polygon([10, 30, 30, 30, 30, 10, 10, 10]), 400],
    ['a triangle', polygon([10, 10, 50, 10, 10, 40]), 600],
    ['a round square', polygon([15, 15, 25, 15, 25, 25, 15, 25], 5), 300 + Math.PI * 25],
    ['a stroke', stroke(20, 20, 40, 20, 4), 160 + Math.PI * 16],
    ['a half circle', both(circle(32, 32, 16), (_, y) => y - 32), Math.PI * 128],
    ['a ring', without(circle(32, 32, 16), circle(32, 32, 8)), Math.PI * 192],
    [
      'a placed circle',
      place(circle(1, 0, 1), { x: 30, y: 30, scale: 10, turn: 0.3 }),
      Math.PI * 100,
    ],
  ])('%s', (_, shape, expected) => {
    expect(Math.abs(area(shape) / expected - 1)).toBeLessThan(0.01);
  });
});

test('a place turns clockwise: turn 1 is a quarter', () => {
  const right = circle(2, 0, 0.5);
  const shape = place(right, { x: 32, y: 32, scale: 8, turn: 1 });
  expect(shape(32, 48)).toBeCloseTo(-4, 12); // what pointed right points down
  expect(shape(48, 32)).toBeGreaterThan(10);
});

test('mix and clamp', () => {
  expect(mix([0, 1, 0.5], [1, 1, 0], 0.25)).toEqual([0.25, 1, 0.375]);
  expect([-1, 0.5, 2].map(clamp)).toEqual([0, 0.5, 1]);
});
