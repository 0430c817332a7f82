type Field = string | number | null;

/** Rows as CSV (RFC 4180). */
export const csvOf = (rows: readonly (readonly Field[])[]): string =>
  rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');

const decimal = /^-\d+\.\d+( %)?$/;

/**
 * A spreadsheet takes a field that begins with = + - @ for a formula, whatever quotes stand around it:
 * an apostrophe before it makes it text. A decimal number is none.
 */
function field(value: Field): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r\n]/.test(value) && !decimal.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
