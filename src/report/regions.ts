import { ValueError } from '../core/errors.js';
import type { Mark } from '../vendor/vega.js';
import {
  type ChartOptions,
  classNames,
  colours,
  none,
  onAxis,
  pointLayer,
  type ScatterOptions,
} from './charts.js';
import { checkGrid, contours, type Grid, side } from './contours.js';
import type { Figure } from './figure.js';
import { levels } from './style.js';
import { type Drawing, draw, width } from './vega.js';

const height = 400;

/**
 * Where a model decides for which class, behind the points it was trained on. The grid holds the
 * class at each of its points, or for two classes the probability of class 1: the border is 0.5.
 *
 * @throws ValueError for a grid or points that are not what they should be.
 */
export async function decisionBoundary(
  options: ScatterOptions & { readonly grid: Grid },
): Promise<Figure> {
  const { grid, points, classes } = options;
  checkGrid('decisionBoundary', grid);
  const layer = pointLayer('decisionBoundary', options, grid);
  const n = classNames('decisionBoundary', points, classes).length;
  const outside = Array.from(grid.values).find((value) => value < 0 || value > Math.max(1, n - 1));
  if (outside !== undefined) {
    throw new ValueError(
      `decisionBoundary: grid.values has ${outside}; with ${n} classes give 0 to ${Math.max(1, n - 1)}.`,
    );
  }
  // Class k and those above it; the next ones are painted over them, so that no gap stays between.
  const borders = Array.from({ length: n - 1 }, (_, i) => {
    const min = i + 0.5;
    const values = n > 2 ? Array.from(grid.values, (v) => Number(v > min)) : grid.values;
    return contours({ ...grid, values }, [0.5]);
  });
  const regions = [everywhere, ...borders.flat()].map((path, k) =>
    area(path, { fill: `var(--region-${(k % colours.length) + 1})`, stroke: 'var(--quiet)' }),
  );
  return draw({ ...options, spec: { height, ...layer }, under: { marks: regions } });
}

export interface SurfaceOptions extends ChartOptions {
  readonly xTitle: string;
  readonly yTitle: string;
  readonly zTitle: string;
  readonly grid: Grid;
  readonly path?: readonly (readonly [x: number, y: number])[];
}

/**
 * A surface z(x, y) from above: its height in colours with contour lines between them, and over it
 * the path of a descent, from the ring to the disc. Between two lines lies as much of the plane as
 * between any other two, so that the flat bottom of a valley shows too.
 *
 * @throws ValueError for a grid that is not what it should be, or a path that is not finite.
 */
export async function surface(options: SurfaceOptions): Promise<Figure> {
  const { grid, xTitle, yTitle, path = [] } = options;
  checkGrid('surface', grid);
  path.forEach(([x, y], i) => {
    onAxis(`surface: x of step ${i} of the path`, x);
    onAxis(`surface: y of step ${i} of the path`, y);
  });
  const position = (axis: 'x' | 'y', title: string) => ({
    field: axis,
    type: 'quantitative' as const,
    scale: { domain: [...grid[axis]], nice: false },
    axis: { title, grid: false },
  });
  return draw({
    ...options,
    spec: {
      height: height + 40,
      encoding: { x: position('x', xTitle), y: position('y', yTitle) },
      ...pathLayers(path),
    },
    under: heights(options),
  });
}

/** A line with an edge, a ring where it starts and a disc where it ends. */
function pathLayers(path: NonNullable<SurfaceOptions['path']>) {
  const steps = path.map(([x, y], order) => ({ x, y, order }));
  const line = { type: 'line' as const, clip: true, strokeJoin: 'round' as const };
  const order = { field: 'order' };
  const end = {
    type: 'point' as const,
    filled: true,
    clip: true,
    opacity: 1,
    stroke: 'var(--back)',
  };
  return {
    data: { values: steps },
    layer: [
      { mark: { ...line, stroke: 'var(--back)', strokeWidth: 5 }, encoding: { order } },
      { mark: { ...line, stroke: 'var(--path)', strokeWidth: 2.5 }, encoding: { order } },
      { mark: { ...end, size: 22, fill: 'var(--path)', strokeWidth: 0 } },
      {
        data: { values: steps.slice(0, 1) },
        mark: { ...end, size: 120, fill: 'var(--back)', stroke: 'var(--path)', strokeWidth: 3 },
      },
      {
        data: { values: steps.slice(-1) },
        mark: { ...end, size: 140, fill: 'var(--path)', strokeWidth: 1.5 },
      },
    ],
  };
}

/** The filled contours, and the legend that tells their heights. */
function heights({ title, zTitle, grid }: SurfaceOptions): Drawing['under'] {
  const thresholds = quantiles(grid.values, levels);
  if (thresholds.length === 0) none('surface', title, 'two different heights');
  const fills = [0, ...thresholds].map((_, i) => {
    const level = Math.round((i * (levels - 1)) / thresholds.length);
    return `var(--level-${level})`;
  });
  const regions = [everywhere, ...contours(grid, thresholds)];
  return {
    marks: regions.map((region, i) => area(region, { fill: fills[i], stroke: 'var(--contour)' })),
    scales: [{ name: 'height', type: 'threshold', domain: thresholds, range: fills }],
    legends: [
      {
        fill: 'height',
        type: 'gradient',
        direction: 'horizontal',
        orient: 'top',
        title: zTitle,
        gradientLength: width - 110,
        gradientThickness: 14,
        format: '.2~g',
      },
    ],
  };
}

/** The square that contours are drawn in. */
const everywhere = `M0,0L${side},0L${side},${side}L0,${side}Z`;

/** A path in that square, stretched over the whole plot. */
const area = (path: string, { fill, stroke }: { fill: string; stroke: string }): Mark => ({
  type: 'path',
  interactive: false,
  encode: {
    update: {
      path: { value: path },
      scaleX: { signal: `width / ${side}` },
      scaleY: { signal: `height / ${side}` },
      fill: { value: fill },
      stroke: { value: stroke },
      strokeWidth: { value: 0.75 },
    },
  },
});

/** The values that cut the numbers into n parts of one size; fewer where several are the same. */
function quantiles(values: ArrayLike<number>, n: number): number[] {
  const sorted = Float64Array.from(values).sort();
  const cuts = Array.from({ length: n - 1 }, (_, i) =>
    Number(sorted[Math.floor(((i + 1) * sorted.length) / n)].toPrecision(3)),
  );
  return [...new Set(cuts)].filter((cut) => cut > sorted[0] && cut <= sorted[sorted.length - 1]);
}
