import { type Html, html } from '../../report/html.js';
import type { ParameterReport } from '../report.js';
import { magnitude, shapeOf, worstElement } from './words.js';

/** A step of the scale for each decade of relative error, from 1e-16 to 1. */
export const decades = 16;

const maxCells = 64; // cells a side; larger matrices are binned
const maxWidth = 448; // pixels
const maxHeight = 180;
const maxCell = 22;

/** What stands for infinities and values that are not numbers. */
const notANumber = 'nan';

/**
 * An SVG of the relative errors, element by element, with rows down and columns across. Each colour
 * is one path, so that a page with many parameters stays small. Where a matrix has more than 64 rows
 * or columns a cell shows the largest error of its bin.
 */
export function heatMap(parameter: ParameterReport, errors: Float64Array): Html {
  const [rows, columns] = matrixShape(parameter.shape);
  const grid = bin(errors, rows, columns);
  const unit = Math.min(maxCell, maxWidth / grid.columns);
  const width = Math.max(grid.columns * unit, 14);
  const height = Math.min(maxHeight, Math.max(grid.rows * unit, 14));
  const paths = [...runs(grid)].map(([step, d]) => html`<path class="heat-${step}" d="${d}"/>`);
  return html`<figure>
<svg class="heat" role="img" aria-label="${description(parameter)}" width="${width}" height="${height}" viewBox="0 0 ${grid.columns} ${grid.rows}" preserveAspectRatio="none">
${paths}
${ring(parameter, grid, rows, columns)}</svg>
${caption(grid, rows, columns)}</figure>`;
}

/** The scale's colour for an error: 0 up to 1e-16, 16 from 1 on. */
export function stepOf(error: number): number | typeof notANumber {
  if (!Number.isFinite(error)) return notANumber;
  const decade = Math.floor(Math.log10(error)) + decades;
  return Math.max(0, Math.min(decades, decade));
}

interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** Row by row. */
  readonly cells: Float64Array;
}

/** Vectors are a row; of more than two dimensions the last one goes across. */
function matrixShape(shape: readonly number[]): [number, number] {
  const columns = shape[shape.length - 1] ?? 1;
  const rows = shape.slice(0, -1).reduce((product, n) => product * n, 1);
  return [rows, columns];
}

/** The largest error of each bin; what is not a number is larger than all. */
function bin(errors: Float64Array, rows: number, columns: number): Grid {
  const grid = { rows: Math.min(rows, maxCells), columns: Math.min(columns, maxCells) };
  const cells = new Float64Array(grid.rows * grid.columns);
  for (let i = 0; i < rows; i++) {
    const start = binOf(i, rows, grid.rows) * grid.columns;
    for (let j = 0; j < columns; j++) {
      const cell = start + binOf(j, columns, grid.columns);
      const error = errors[i * columns + j];
      if (!(error <= cells[cell])) cells[cell] = Number.isNaN(error) ? Infinity : error;
    }
  }
  return { ...grid, cells };
}

const binOf = (i: number, n: number, bins: number): number => Math.floor((i * bins) / n);

/** For each step of the scale the runs of neighbours in a row that have it, as the d of a path. */
function runs({ rows, columns, cells }: Grid): Map<number | string, string> {
  const paths = new Map<number | string, string>();
  for (let i = 0; i < rows; i++) {
    let start = 0;
    for (let j = 1; j <= columns; j++) {
      const step = stepOf(cells[i * columns + start]);
      if (j < columns && stepOf(cells[i * columns + j]) === step) continue;
      const run = `M${start} ${i}h${j - start}v1h${start - j}z`;
      paths.set(step, (paths.get(step) ?? '') + run);
      start = j;
    }
  }
  return paths;
}

/** A frame around the cell of the worst element, with a halo so that it shows on any colour. */
function ring(
  { passed, worst, shape }: ParameterReport,
  grid: Grid,
  rows: number,
  columns: number,
) {
  if (passed || worst === undefined) return undefined;
  const flat = worst.index.reduce((offset, i, axis) => offset * shape[axis] + i, 0);
  const x = binOf(flat % columns, columns, grid.columns);
  const y = binOf(Math.floor(flat / columns), rows, grid.rows);
  const cell = html`x="${x}" y="${y}" width="1" height="1"`;
  return html`<rect class="halo" ${cell}/>\n<rect class="worst" ${cell}/>\n`;
}

function description(parameter: ParameterReport): string {
  const { name, shape, passed, maxRelativeError } = parameter;
  const worst = passed ? undefined : worstElement(parameter);
  const error = `the largest relative error is ${magnitude(maxRelativeError)}`;
  return `Heat map of ${name} ${shapeOf(shape)}: ${error}${worst ? `; ${worst}` : ''}.`;
}

function caption(grid: Grid, rows: number, columns: number): Html | undefined {
  const binned = [
    ...(rows > grid.rows ? [`${Math.ceil(rows / grid.rows)} rows`] : []),
    ...(columns > grid.columns ? [`${Math.ceil(columns / grid.columns)} columns`] : []),
  ];
  return binned.length === 0
    ? undefined
    : html`<figcaption>A cell shows the largest error of up to ${binned.join(' by ')}.</figcaption>\n`;
}
