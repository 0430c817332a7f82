import { ValueError } from '../core/errors.js';
import type { Figure } from './figure.js';
import { draw, fontSize, letter, width } from './vega.js';

/** What every chart says of itself. */
export interface ChartOptions {
  readonly title: string;
  /** What the chart shows, for those who do not see it. */
  readonly alt: string;
}

export interface AxisOptions {
  /** With the unit, where there is one. */
  readonly title: string;
  readonly log?: boolean;
}

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface LineOptions extends ChartOptions {
  readonly x: AxisOptions;
  readonly y: AxisOptions;
  readonly series: readonly Series[];
  /** A place on the x axis that stands out, and what it is. */
  readonly mark?: { readonly x: number; readonly text: string };
}

export interface LabelledPoint {
  readonly x: number;
  readonly y: number;
  /** The class, from 0. */
  readonly label: number;
}

export interface ScatterOptions extends ChartOptions {
  readonly xTitle: string;
  readonly yTitle: string;
  readonly points: readonly LabelledPoint[];
  /** How many classes there are, or what they are called. */
  readonly classes?: number | readonly string[];
}

/** Colours of series and of classes, one after the other; `style.ts` has them for light and dark. */
export const colours = Array.from({ length: 8 }, (_, i) => `var(--series-${i + 1})`);
const dashes = [
  [1, 0],
  [7, 4],
  [2, 3],
  [9, 3, 2, 3],
  [12, 4],
  [4, 2],
  [1, 2],
  [9, 3, 2, 3, 2, 3],
];
const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down'];

/**
 * Lines through the points of each series, in their order: cost curves, activations. Lines differ in
 * colour and in dashes; a series of one point is that point.
 *
 * @throws ValueError without points, where one is not finite, or not above 0 on a log axis, or where
 *   two series have one name.
 */
export async function lineChart(options: LineOptions): Promise<Figure> {
  const { x, y, series, mark } = options;
  checkSeries(options);
  const names = series.map(({ name }) => name);
  const above = mark === undefined ? {} : { offset: 28 };
  const legend = names.length > 1 ? { columns: columnsFor(names), ...above } : null;
  const all = series.flatMap(({ points }) => points);
  const axis = (field: 'x' | 'y', of: AxisOptions, values: readonly number[]) => ({
    ...quantitative(field, of),
    axis: { title: of.title, ...logTicks(of, values) },
  });
  const byName = <T>(range: readonly T[]) => ({
    field: 'name',
    type: 'nominal' as const,
    scale: { domain: names, range: cycle(range, names.length) },
    legend,
  });
  const horizontal = axis(
    'x',
    x,
    all.map(([a]) => a),
  );
  const vertical = axis(
    'y',
    y,
    all.map(([, b]) => b),
  );
  const lines = {
    data: {
      values: series.flatMap(({ name, points }) =>
        points.map(([a, b], order) => ({ name, order, x: a, y: b })),
      ),
    },
    mark: {
      type: 'line' as const,
      strokeWidth: 2.5,
      strokeJoin: 'round' as const,
      ...(series.some(({ points }) => points.length === 1) ? { point: { size: 60 } } : {}),
    },
    encoding: {
      x: { ...horizontal, axis: { grid: false, ...horizontal.axis } },
      y: vertical,
      order: { field: 'order' },
      color: {
        ...byName(colours),
        legend: legend && { ...legend, symbolType: 'stroke' as const, symbolSize: 500 },
      },
      strokeDash: byName(dashes),
    },
  };
  const height = 320 + (legend ? 25 * (Math.ceil(names.length / legend.columns) - 1) : 0);
  if (mark === undefined) return draw({ ...options, spec: { height, ...lines } });
  const [first, last] = [Math.min, Math.max].map((end) =>
    all.reduce((found, [a]) => end(found, a), all[0][0]),
  );
  return draw({
    ...options,
    spec: {
      height: height + 22,
      padding: { left: 4, right: 10, top: legend ? 4 : 26, bottom: 4 },
      layer: [lines, ...markLayers(mark, (mark.x - first) / (last - first || 1))],
    },
  });
}

/** A line at x, and above the drawing what it is; `place` is where between the ends, from 0 to 1. */
function markLayers({ x, text }: NonNullable<LineOptions['mark']>, place: number) {
  onAxis(`lineChart: the mark ${text}`, x);
  const data = { values: [{ x, text }] };
  const at = { field: 'x', type: 'quantitative' as const };
  const align = place < 0.2 ? 'left' : place > 0.8 ? 'right' : 'center';
  return [
    {
      data,
      mark: { type: 'rule' as const, stroke: 'var(--quiet)', strokeDash: [4, 4], strokeWidth: 1.5 },
      encoding: { x: at },
    },
    {
      data,
      mark: {
        type: 'text' as const,
        ...{ align: align as 'left' | 'right' | 'center', baseline: 'bottom' as const },
        ...{ fontSize, fill: 'var(--text)', dy: -6 },
      },
      encoding: { x: at, y: { value: 0 }, text: { field: 'text' } },
    },
  ];
}

function checkSeries({ title, x, y, series }: LineOptions): void {
  for (const { name, points } of series) {
    points.forEach(([a, b], i) => {
      onAxis(`lineChart: x of point ${i} of ${name}`, a, x);
      onAxis(`lineChart: y of point ${i} of ${name}`, b, y);
    });
  }
  if (series.every(({ points }) => points.length === 0)) none('lineChart', title, 'points');
  distinct(
    'lineChart',
    'series',
    series.map(({ name }) => name),
  );
}

/**
 * Points of the plane in the colour and the shape of their class.
 *
 * @throws ValueError without points, where one is not finite, or where a label is no class.
 */
export async function scatter(options: ScatterOptions): Promise<Figure> {
  return draw({ ...options, spec: { height: 400, ...pointLayer('scatter', options) } });
}

/** The points as a Vega-Lite layer; the axes span `domain`, or what the points need. */
export function pointLayer(
  chart: string,
  { title, xTitle, yTitle, points, classes }: ScatterOptions,
  domain?: { x: readonly [number, number]; y: readonly [number, number] },
) {
  if (points.length === 0) none(chart, title, 'points');
  const names = classNames(chart, points, classes);
  const position = (axis: 'x' | 'y', name: string) => ({
    field: axis,
    type: 'quantitative' as const,
    scale: domain ? { domain: [...domain[axis]], nice: false } : { zero: false },
    axis: { title: name, grid: domain === undefined },
  });
  points.forEach(({ x, y }, i) => {
    onAxis(`${chart}: x of point ${i}`, x);
    onAxis(`${chart}: y of point ${i}`, y);
  });
  const legend = { columns: columnsFor(names), symbolStrokeWidth: 1 };
  return {
    data: { values: points.map(({ x, y, label }) => ({ x, y, name: names[label] })) },
    mark: {
      type: 'point' as const,
      filled: true,
      opacity: 1,
      size: 42,
      stroke: 'var(--back)',
      strokeWidth: 1,
      clip: domain !== undefined,
    },
    encoding: {
      x: position('x', xTitle),
      y: position('y', yTitle),
      fill: {
        field: 'name',
        type: 'nominal' as const,
        scale: { domain: names, range: cycle(colours, names.length) },
        legend,
      },
      shape: {
        field: 'name',
        type: 'nominal' as const,
        scale: { domain: names, range: cycle(shapes, names.length) },
        legend,
      },
    },
  };
}

/**
 * A bar for each value, with its number beside it.
 *
 * @throws ValueError without bars, or where a value is not finite.
 */
export async function barChart(
  options: ChartOptions & {
    /** Of the values, with the unit. */
    valueTitle: string;
    /** What the bars differ in. */
    nameTitle: string;
    bars: readonly { readonly name: string; readonly value: number }[];
  },
): Promise<Figure> {
  const { bars, nameTitle, valueTitle, title } = options;
  if (bars.length === 0) none('barChart', title, 'bars');
  for (const { name, value } of bars) onAxis(`barChart: ${name}`, value);
  const names = { field: 'name', type: 'nominal' as const, sort: null, title: nameTitle };
  const value = { field: 'value', type: 'quantitative' as const, title: valueTitle };
  return draw({
    ...options,
    spec: {
      height: 90 + 34 * bars.length,
      data: { values: bars.map((bar) => ({ ...bar, text: shortNumber(bar.value) })) },
      encoding: {
        y: {
          ...names,
          axis: { ticks: false, domain: false, labelPadding: 7, labelColor: 'var(--text)' },
        },
      },
      layer: [
        { mark: { type: 'bar', fill: colours[0] }, encoding: { x: value } },
        {
          mark: { type: 'text', align: 'left', dx: 5, fontSize, fill: 'var(--text)' },
          encoding: {
            x: { ...value, scale: { domainMax: room(bars) } },
            text: { field: 'text' },
          },
        },
      ],
    },
  });
}

/** The largest value and a seventh more, so that the number beside the longest bar has a place. */
const room = (bars: readonly { value: number }[]): number =>
  1.15 * Math.max(0, ...bars.map(({ value }) => value)) || 1;

/** Four digits at most, as one writes them. */
export const shortNumber = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));

function quantitative(field: string, { log = false }: AxisOptions) {
  const scale = log ? { type: 'log' as const } : { zero: false };
  return { field, type: 'quantitative' as const, scale };
}

/** Powers of ten on a logarithmic axis, 0.000001 as 1e-6; over two decades also their 2 and 5 fold. */
function logTicks({ log = false }: AxisOptions, numbers: readonly number[]) {
  if (!log) return {};
  const first = Math.floor(Math.log10(Math.min(...numbers)));
  const last = Math.ceil(Math.log10(Math.max(...numbers)));
  const step = Math.max(1, Math.ceil((last - first) / 7));
  const decades = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const factors = last - first <= 2 ? [1, 2, 5] : [1];
  const values = decades
    .filter((_, i) => i % step === 0)
    .flatMap((decade) => factors.map((factor) => Number(`${factor}e${decade}`)));
  return {
    values,
    tickCount: values.length, // fewer, and Vega leaves some of the values out
    labelExpr: "format(datum.value, datum.value < 0.001 || datum.value > 1e5 ? '.0~e' : '~g')",
  };
}

/** As many names in a row as have a place there, each with its sign before it. */
function columnsFor(names: readonly string[]): number {
  const widest = Math.max(...names.map((name) => name.length)) * letter * fontSize + 52;
  return Math.max(1, Math.min(names.length, Math.floor((0.85 * width) / widest)));
}

const cycle = <T>(list: readonly T[], n: number): T[] =>
  Array.from({ length: n }, (_, i) => list[i % list.length]);

/** The names of the classes, checked against the labels of the points. */
export function classNames(
  chart: string,
  points: readonly LabelledPoint[],
  classes: number | readonly string[] = 1 + Math.max(...points.map(({ label }) => label)),
): readonly string[] {
  const n = typeof classes === 'number' ? classes : classes.length;
  points.forEach(({ label }, i) => {
    if (Number.isInteger(label) && label >= 0 && label < n) return;
    throw new ValueError(
      `${chart}: point ${i} has the label ${label}; with ${n} classes give 0 to ${n - 1}.`,
    );
  });
  if (typeof classes !== 'number') {
    distinct(chart, 'classes', classes);
    return classes;
  }
  return Array.from({ length: n }, (_, i) => `class ${i}`);
}

function distinct(chart: string, what: string, names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new ValueError(`${chart}: two ${what} are called "${twice}"; give each a name of its own.`);
}

export function onAxis(what: string, value: number, { log = false } = {}): void {
  if (!Number.isFinite(value)) throw new ValueError(`${what} is ${value}; give finite numbers.`);
  if (log && value <= 0) {
    throw new ValueError(`${what} is ${value}; a logarithmic axis shows numbers above 0.`);
  }
}

export function none(chart: string, title: string, what: string): never {
  throw new ValueError(`${chart}: "${title}" has no ${what}; give at least one.`);
}
