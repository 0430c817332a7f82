/** How tables write that there is no value; pandas writes and reads most of them. */
const noValues = new Set(['', 'na', 'n/a', '#n/a', '<na>', 'nan', '-nan', '?', 'null']);

const withPoint = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const withComma = /^[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?$/;

/** The number, the word or, if there is no value, undefined that a cell of a table means. */
export function parseCell(cell: unknown, decimalComma: boolean): number | string | undefined {
  if (cell === undefined || cell === null) return undefined;
  if (typeof cell === 'bigint') return Number(cell);
  if (typeof cell === 'number') return Number.isNaN(cell) ? undefined : cell;
  if (cell instanceof Date) return cell.toISOString();
  const text = String(cell).trim();
  if ((decimalComma ? withComma : withPoint).test(text)) {
    const value = Number(decimalComma ? text.replace(',', '.') : text);
    return Number.isFinite(value) ? value : text;
  }
  return noValues.has(text.toLowerCase()) ? undefined : text;
}

/** Whether a cell is a number by itself. */
export const isNumber = (cell: string, decimalComma: boolean): boolean =>
  typeof parseCell(cell, decimalComma) === 'number';

/** 1,5: a number where the comma is the decimal point. */
export const isWithComma = (text: string): boolean => /^[+-]?\d*,\d+$/.test(text);

/** 2024-03-01, 1.3.2024, 3/1/24, with or without a time. */
export const isDate = (text: string): boolean =>
  /^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})([T ].*)?$/.test(text);
