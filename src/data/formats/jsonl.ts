import { DataError } from '../../core/errors.js';
import { Budget } from '../../files/bounds.js';
import { parseJson } from '../../files/json.js';
import { isText } from '../describeSource.js';
import { bytesOf } from '../source.js';
import { decodeText, maxTextBytes } from '../tables/csvText.js';
import { type Table, TableBuilder } from '../tables/table.js';
import { tableFormat } from '../tables/tableFormat.js';

/**
 * Tables as JSON: an object a line (.jsonl, .ndjson), or one array of objects. A key that a row does not
 * have is a missing value.
 */
export const jsonl = tableFormat({
  name: 'jsonl',
  title: 'JSON lines and arrays of objects',
  matches: ({ isFolder, head, path, name }) => {
    if (isFolder || !isText(head)) return false;
    return (
      /^\s*(\{\s*"|\[\s*[{[\]])/.test(decodeText(head, path).text) ||
      /\.(jsonl|ndjson)$/i.test(name)
    );
  },
  table: async ({ path }) => {
    const bytes = await bytesOf(path, maxTextBytes);
    const { text } = decodeText(bytes, path);
    return tableOf(text, path, new Budget(path, bytes.length, DataError));
  },
});

function tableOf(text: string, path: string, budget: Budget): Table {
  const builder = new TableBuilder(path, false, budget);
  const places = new Map<string, number>();
  const add = (value: unknown, row: number, where: string) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new DataError(
        `${where} is no object. Give an object a row, such as {"width": 1.5, "kind": "a"}.`,
      );
    }
    for (const [key, cell] of Object.entries(value)) {
      refuseNested(cell, `${where}, "${key}"`);
      if (places.has(key)) continue;
      places.set(key, places.size);
      builder.addColumn();
    }
    const cells: unknown[] = new Array(places.size);
    for (const [key, cell] of Object.entries(value)) cells[places.get(key)!] = cell;
    builder.addRow(cells, row);
  };
  if (/^\s*\[/.test(text)) {
    const values = parsed(text, path) as unknown[];
    values.forEach((value, i) => {
      add(value, i + 1, `${path}, row ${i + 1}`);
    });
  } else {
    eachLine(text, path, add);
  }
  if (places.size === 0) throw new DataError(`${path} has no rows. Give an object a row.`);
  return builder.table([...places.keys()]);
}

function eachLine(
  text: string,
  path: string,
  add: (value: unknown, row: number, where: string) => void,
): void {
  const lines = text.split(/\r\n|\n|\r/);
  lines.forEach((line, i) => {
    const where = `${path}, line ${i + 1}`;
    if (line.trim() !== '') add(parsed(line, where), i + 1, where);
  });
}

function parsed(text: string, where: string): unknown {
  return parseJson(text, where, DataError, 'Write an object a line, or one array of objects.');
}

function refuseNested(cell: unknown, where: string): void {
  if (typeof cell !== 'object' || cell === null) return;
  const what = Array.isArray(cell) ? 'an array' : 'an object';
  throw new DataError(
    `${where} is ${what}; a column of a table has one value a row. Give each of its values a key of its own.`,
  );
}
