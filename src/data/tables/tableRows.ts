import type { RawColumn, Table } from './table.js';

/** The same table with some of its rows. */
export function rowsOf(table: Table, rows: readonly number[]): Table {
  return {
    of: table.of,
    m: rows.length,
    columns: table.columns.map(({ name, numbers, codes, words }) => ({
      name,
      numbers: Float64Array.from(rows, (i) => numbers[i]),
      codes: Int32Array.from(rows, (i) => codes[i]),
      words,
    })),
    rowNumbers: Uint32Array.from(rows, (i) => table.rowNumbers[i]),
    budget: table.budget,
  };
}

/** The rows of one table and then those of another with the same columns. */
export function joined(first: Table, then: Table): Table {
  const rowNumbers = new Uint32Array(first.m + then.m);
  rowNumbers.set(first.rowNumbers);
  rowNumbers.set(then.rowNumbers, first.m);
  const columns = first.columns.map((column, j) => joinedColumn(column, then.columns[j]));
  const { of, budget } = then;
  return { of, m: rowNumbers.length, columns, rowNumbers, budget };
}

function joinedColumn(first: RawColumn, then: RawColumn): RawColumn {
  const words = [...new Set([...first.words, ...then.words])];
  const places = new Map(words.map((word, place) => [word, place]));
  const m = first.codes.length;
  const numbers = new Float64Array(m + then.codes.length);
  numbers.set(first.numbers);
  numbers.set(then.numbers, m);
  const codes = new Int32Array(numbers.length);
  codes.set(first.codes);
  then.codes.forEach((code, i) => {
    codes[m + i] = code < 0 ? code : places.get(then.words[code])!;
  });
  return { name: first.name, numbers, codes, words };
}
