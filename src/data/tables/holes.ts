import { missing, type Table } from './table.js';

/** The missing values of a table. */
export interface Holes {
  readonly count: number;
  /** The rows that have one. */
  readonly rows: ReadonlySet<number>;
  /** The first ones: row and column. */
  readonly first: readonly [i: number, j: number][];
}

const shown = 5;

export function holesIn({ m, columns }: Table): Holes {
  const rows = new Set<number>();
  const first: [number, number][] = [];
  let count = 0;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < columns.length; j++) {
      if (columns[j].codes[i] !== missing) continue;
      if (count++ < shown) first.push([i, j]);
      rows.add(i);
    }
  }
  return { count, rows, first };
}

/** Where values are missing, and what can be done. */
export function listHoles(
  { of, columns, rowNumbers }: Table,
  { count, rows, first }: Holes,
): string {
  const places = first.map(([i, j]) => `row ${rowNumbers[i]}, column '${columns[j].name}'`);
  const rest = count > first.length ? `; and ${count - first.length} more` : '';
  const values = count === 1 ? 'a missing value' : `${count} missing values in ${rows.size} rows`;
  return `${of} has ${values}: ${places.join('; ')}${rest}. Put values there, or say what to do: missing: 'drop' leaves the rows out, 'mean' and 'median' fill them from the training rows.`;
}
