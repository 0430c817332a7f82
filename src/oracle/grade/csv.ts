import { type Grade, verdictOf } from './grade.js';

/** The grades as CSV (RFC 4180, UTF-8): a line of names, then one for each module; before them a remark, behind #. */
export function gradesCsv(
  grades: readonly Grade[],
  { firstLine }: { firstLine?: string } = {},
): string {
  const names = ['file', 'verdict', 'right', 'gradients', 'first wrong', 'cause'];
  const rows = grades.map((grade) => [
    grade.file,
    verdictOf(grade),
    grade.right,
    grade.gradients,
    grade.firstWrong,
    grade.cause,
  ]);
  const said = firstLine === undefined ? '' : `# ${firstLine}\r\n`;
  return said + [names, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/**
 * A spreadsheet takes a field that begins with = + - @ for a formula, whatever quotes stand around it:
 * an apostrophe before it makes it text.
 */
function field(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
