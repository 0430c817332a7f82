import { DataError } from '../../core/errors.js';
import { Budget } from '../../files/bounds.js';
import { isText } from '../describeSource.js';
import type { ReadDataOptions } from '../sampleSet.js';
import { bytesOf } from '../source.js';
import { isNumber } from '../tables/cell.js';
import {
  blanksToTabs,
  decodeText,
  isSeparator,
  maxTextBytes,
  type Separator,
  separatorOf,
} from '../tables/csvText.js';
import { isHeader, namesOf, numbered } from '../tables/header.js';
import { type Table, TableBuilder } from '../tables/table.js';
import { tableFormat } from '../tables/tableFormat.js';
import { joined } from '../tables/tableRows.js';

const hasEnding = (name: string) => /\.(csv|tsv|tab)$/i.test(name);

/**
 * Tables as text: CSV, TSV, and with semicolons, bars or blanks. The separator and the header are told
 * from the text. Source: RFC 4180, and what Excel and pandas write.
 */
export const csv = tableFormat({
  name: 'csv',
  title: 'CSV and TSV tables',
  matches: ({ isFolder, head, name, path }) => {
    if (isFolder || !isText(head)) return false;
    const text = cutLine(decodeText(head, path).text).trim();
    const isTable = /[\r\n]/.test(text) && !/^[[{<]/.test(text) && separatorOf(text) !== undefined;
    return hasEnding(name) || isTable;
  },
  table: async ({ path }, options, notes) => {
    const bytes = await bytesOf(path, maxTextBytes);
    const { text, note } = decodeText(bytes, path);
    if (note) notes.push(note);
    return readTable(text, new Budget(path, bytes.length, DataError), path, options, notes);
  },
});

/** Text that may end within a line, without that. */
const cutLine = (text: string) =>
  text.length < 2 ** 14 ? text : text.slice(0, text.lastIndexOf('\n') + 1);

/** @throws DataError naming the row that does not have as many values as the first. */
async function readTable(
  given: string,
  budget: Budget,
  path: string,
  options: ReadDataOptions,
  notes: string[],
): Promise<Table> {
  // Excel's hint for itself. The line stays, empty, so that rows keep their numbers.
  const [hint, said] = /^sep=(.)(?=\r?\n)/i.exec(given) ?? [];
  const text = hint ? given.slice(hint.length) : given;
  if (text.trim() === '') throw new DataError(`${path} is empty. Give a file with data.`);
  const separator = isSeparator(said)
    ? said
    : (separatorOf(text) ?? separatorOf(text, true) ?? ',');
  const { decimalComma = false } = options;
  const builder = new TableBuilder(path, decimalComma, budget);
  let header: string[] = [];
  let firstRow = 1;
  await eachRecord(text, separator, path, (cells, row) => {
    if (header.length === 0) {
      header = cells;
      for (const _ of cells) builder.addColumn();
      firstRow = row;
      return;
    }
    if (cells.length !== header.length) {
      const cure =
        comments(text) ??
        'Give each row as many; put a value that contains the separator in quotes.';
      throw new DataError(
        `${path}, row ${row}: it has ${cells.length} values, but the first row has ${header.length}. ${cure}`,
      );
    }
    builder.addRow(cells, row);
  });
  const rows = builder.table(numbered(header.length));
  if (options.header ?? isHeader(header, rows, decimalComma)) {
    const names = namesOf(header, path);
    if (options.header === undefined && header.some((name) => isNumber(name, decimalComma))) {
      const said = header.slice(0, 5).join(', ');
      notes.push(
        `The first row, ${said}${header.length > 5 ? ', …' : ''}, names the columns; if it is a sample, say so: header: false.`,
      );
    }
    return { ...rows, columns: rows.columns.map((column, j) => ({ ...column, name: names[j] })) };
  }
  notes.push(`No header: the columns are called column 1 to column ${header.length}.`);
  const first = new TableBuilder(path, decimalComma, budget);
  for (const _ of header) first.addColumn();
  first.addRow(header, firstRow);
  return joined(first.table(numbered(header.length)), rows);
}

/** The cure where a file starts with words on itself. */
const comments = (text: string): string | undefined =>
  /^\s*[#%@]/.test(text) ? 'Remove the lines of comments before the table.' : undefined;

/** csv-parse says each record as it has it, and keeps none. */
async function eachRecord(
  text: string,
  separator: Separator,
  path: string,
  use: (cells: string[], row: number) => void,
): Promise<void> {
  const { parse } = await import('csv-parse/sync');
  try {
    parse(separator === 'blanks' ? blanksToTabs(text) : text, {
      delimiter: separator === 'blanks' ? '\t' : separator,
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (cells: string[], { records, empty_lines }) => {
        // A spreadsheet writes separators alone where a row was emptied.
        if (cells.some((cell) => cell.trim() !== '')) use(cells, records + empty_lines);
        return null;
      },
    });
  } catch (error) {
    if (error instanceof DataError) throw error;
    const { lines } = error as { lines?: number };
    throw new DataError(
      `${path}, line ${lines}: a quotation mark stands where none may be, or is not closed. Put the whole value in quotes, and write "" for a quotation mark in it.`,
      { cause: error },
    );
  }
}
