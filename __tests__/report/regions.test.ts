import { describe, expect, test } from '@jest/globals';
import { ValueError } from '../../src/core/errors.js';
import type { Grid } from '../../src/report/contours.js';
import type { Figure } from '../../src/report/figure.js';
import { decisionBoundary, surface } from '../../src/report/regions.js';
import { area, faults, parse, rings } from './markup.js';

const about = { title: 'Regions', alt: 'Where the model decides', xTitle: 'x1', yTitle: 'x2' };
const points = [
  { x: -0.5, y: 0.5, label: 0 },
  { x: 0.5, y: 0.5, label: 1 },
];

/** f at 41 x 41 points of [-1, 1]². */
const gridOf = (f: (x: number, y: number) => number): Grid => ({
  x: [-1, 1],
  y: [-1, 1],
  columns: 41,
  rows: 41,
  values: Array.from({ length: 41 * 41 }, (_, i) =>
    f((i % 41) / 20 - 1, Math.floor(i / 41) / 20 - 1),
  ),
});

/** The filled regions under the marks, drawn in a square of 1000 by 1000 that is stretched. */
const regions = (svg: Figure['svg']) =>
  parse(svg)
    .filter(({ attributes }) => attributes.transform?.includes('scale('))
    .map(({ attributes }) => ({
      fill: attributes.fill,
      share: area(attributes.d) / 1e6,
      corners: rings(attributes.d).flat(),
    }));

describe('decisionBoundary', () => {
  test('the border lies where the probability is 0.5', async () => {
    const { svg } = await decisionBoundary({
      ...about,
      points,
      grid: gridOf((x) => (x + 1.3) / 2.6),
    });
    expect(faults(svg)).toEqual([]);
    const [below, above] = regions(svg);
    expect(below).toMatchObject({ fill: 'var(--region-1)', share: 1 });
    expect(above.fill).toBe('var(--region-2)');
    expect(new Set(above.corners.map(([x]) => x))).toEqual(new Set([500, 1000]));
  });
  test('rows go upwards', async () => {
    const { svg } = await decisionBoundary({
      ...about,
      points,
      grid: gridOf((_, y) => Number(y > 0.52)),
    });
    const [, above] = regions(svg);
    // Between the rows at 0.5 and 0.55, seen from above: 0.475 / 2.
    expect(new Set(above.corners.map(([, y]) => y))).toEqual(new Set([0, 237.5]));
  });
  test('a circle is a circle', async () => {
    const grid = gridOf((x, y) => 1 / (1 + Math.exp(4 * (x * x + y * y - 0.49))));
    const { svg } = await decisionBoundary({ ...about, points, grid });
    expect(regions(svg)[1].share).toBeCloseTo((Math.PI * 0.49) / 4, 2);
  });
  test('of four classes each has its quarter, in its colour', async () => {
    const grid = gridOf((x, y) => (x > 0.01 ? 1 : 0) + (y > 0.01 ? 2 : 0));
    const { svg } = await decisionBoundary({ ...about, points, classes: 4, grid });
    expect(faults(svg)).toEqual([]);
    const nested = regions(svg);
    expect(nested.map(({ fill }) => fill)).toEqual([1, 2, 3, 4].map((k) => `var(--region-${k})`));
    nested.forEach(({ share }, k) => {
      expect(Math.abs(share - (4 - k) / 4)).toBeLessThan(0.03);
    });
  });
  test('all of one class: no border', async () => {
    const { svg } = await decisionBoundary({ ...about, points, grid: gridOf(() => 0) });
    expect(faults(svg)).toEqual([]);
    expect(regions(svg).map(({ share }) => share)).toEqual([1, 0]);
  });

  test.each<[string, Partial<Grid>]>([
    ['grid.columns is 1; give an integer of at least 2', { columns: 1 }],
    ['grid.values has 1681 numbers; 40 rows of 41 columns need 1640', { rows: 40 }],
    ['grid.x goes from 1 to -1', { x: [1, -1] }],
    ['grid.values[0] is NaN', { values: Array(1681).fill(Number.NaN) }],
    ['grid.values has 2; with 2 classes give 0 to 1', { values: Array(1681).fill(2) }],
  ])('refuses: %s', async (message, wrong) => {
    const grid = { ...gridOf(() => 0), ...wrong };
    const chart = decisionBoundary({ ...about, points, grid });
    await expect(chart).rejects.toThrow(ValueError);
    await expect(chart).rejects.toThrow(message);
  });
});

describe('surface', () => {
  test('ten parts of one size, from low to high', async () => {
    const { svg } = await surface({
      ...about,
      zTitle: 'J(w, b)',
      grid: gridOf((x, y) => 3 * x + y),
    });
    expect(faults(svg)).toEqual([]);
    const parts = regions(svg);
    expect(parts.map(({ fill }) => fill)).toEqual(
      Array.from({ length: 10 }, (_, i) => `var(--level-${i})`),
    );
    parts.forEach(({ share }, i) => {
      expect(Math.abs(share - (1 - i / 10))).toBeLessThan(0.02);
    });
    expect(parse(svg).map(({ text }) => text)).toEqual(
      expect.arrayContaining(['x1', 'x2', 'J(w, b)']),
    );
  });

  test('the path goes over it in its order', async () => {
    const path = [
      [-1, -1],
      [0, 0.5],
      [-0.5, 1],
    ] as const;
    const { svg } = await surface({
      ...about,
      zTitle: 'J',
      grid: gridOf((x, y) => x * x + y * y),
      path,
    });
    expect(faults(svg)).toEqual([]);
    const elements = parse(svg);
    const side = ['x', 'y'].map((_, i) =>
      Number(String(svg).match(/scale\(([\d.]+),([\d.]+)\)/)![i + 1]),
    );
    const line = elements.find(({ attributes }) => attributes.stroke === 'var(--path)')!;
    const [[w, h]] = [side.map((share) => share * 1000)];
    const corners = rings(line.attributes.d)[0];
    path.forEach(([x, y], i) => {
      expect(Math.abs(corners[i][0] - ((x + 1) / 2) * w)).toBeLessThan(6);
      expect(Math.abs(corners[i][1] - ((1 - y) / 2) * h)).toBeLessThan(6);
    });
  });

  test('refuses a flat surface and a path that is lost', async () => {
    const options = { ...about, zTitle: 'J' };
    await expect(surface({ ...options, grid: gridOf(() => 1) })).rejects.toThrow(
      'surface: "Regions" has no two different heights',
    );
    await expect(
      surface({ ...options, grid: gridOf((x) => x), path: [[0, Number.NaN]] }),
    ).rejects.toThrow('y of step 0 of the path is NaN');
  });
});
