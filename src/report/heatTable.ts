import { ShapeError } from '../core/errors.js';
import { type ChartOptions, onAxis, shortNumber } from './charts.js';
import type { Figure } from './figure.js';
import { levels } from './style.js';
import { draw, fontSize } from './vega.js';

export interface HeatTableOptions extends ChartOptions {
  /** What the rows and the columns are. */
  readonly rowTitle?: string;
  readonly columnTitle?: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** A text where there is no number: it stands in its cell, without a colour. */
  readonly values: readonly (readonly (number | string)[])[];
  /** How a value is written. */
  readonly format?: (value: number) => string;
}

/**
 * A table whose cells are coloured by their value, which stands in them: a confusion matrix, a sweep.
 *
 * @throws ShapeError unless there is a row of values for each name, and a value for each column.
 * @throws ValueError where a value is not finite.
 */
export async function heatTable(options: HeatTableOptions): Promise<Figure> {
  const { rows, columns, rowTitle = '', columnTitle = '' } = options;
  checkTable(options);
  const longest = Math.max(...columns.map((name) => name.length));
  const slanted = longest * columns.length > 36;
  const x = axisOf('column', columnTitle, columns);
  const own = (field: string) => ({ field, type: 'nominal' as const, scale: null, legend: null });
  return draw({
    ...options,
    spec: {
      height: 48 * rows.length + (slanted ? 50 + 6 * longest : 60),
      data: { values: cellsOf(options) },
      encoding: {
        x: { ...x, axis: { ...x.axis, orient: 'top', labelAngle: slanted ? -40 : 0 } },
        y: axisOf('row', rowTitle, rows),
      },
      layer: [
        { mark: 'rect', encoding: { fill: own('fill') } },
        {
          mark: { type: 'text', fontSize: columns.length > 8 ? fontSize - 2 : fontSize + 1 },
          encoding: { text: { field: 'text' }, fill: own('ink') },
        },
      ],
    },
  });
}

function checkTable({ rows, columns, values }: HeatTableOptions): void {
  if (rows.length === 0 || columns.length === 0 || values.length !== rows.length) {
    throw new ShapeError(
      `heatTable: ${values.length} rows of values for ${rows.length} names of rows and ${columns.length} of columns.`,
    );
  }
  values.forEach((row, i) => {
    if (row.length !== columns.length) {
      throw new ShapeError(
        `heatTable: row ${rows[i]} has ${row.length} values for ${columns.length} columns.`,
      );
    }
    row.forEach((value, j) => {
      if (typeof value === 'number') onAxis(`heatTable: ${rows[i]}, ${columns[j]}`, value);
    });
  });
}

/** The values with their colours, and the ink that is legible on them. */
function cellsOf({ values, format = shortNumber }: HeatTableOptions) {
  const all = values.flat().filter((value) => typeof value === 'number');
  const min = Math.min(...all);
  const extent = Math.max(...all) - min;
  return values.flatMap((row, i) =>
    row.map((value, j) => {
      if (typeof value === 'string') {
        return { row: i, column: j, text: value, fill: 'none', ink: 'var(--text)' };
      }
      const level = extent === 0 ? 0 : Math.round(((value - min) / extent) * (levels - 1));
      return {
        row: i,
        column: j,
        text: format(value),
        fill: `var(--level-${level})`,
        ink: `var(--${level < levels / 2 ? 'on-low' : 'on-high'})`,
      };
    }),
  );
}

const axisOf = (field: string, title: string, names: readonly string[]) => ({
  field,
  type: 'ordinal' as const,
  scale: { paddingInner: 0.04, paddingOuter: 0 },
  axis: {
    title: title || null,
    domain: false,
    ticks: false,
    labelPadding: 6,
    labelColor: 'var(--text)',
    labelOverlap: false,
    labelExpr: `${literal(names)}[datum.value]`,
  },
});

/** As Vega's expressions have it: its parser takes U+2028 in a string for the end of the line. */
const literal = (names: readonly string[]): string =>
  JSON.stringify(names).replace(
    /[^ -~]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
