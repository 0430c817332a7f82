import { hang, wrapHard } from './wrap.js';

export interface TableOptions {
  /** Columns of the terminal. Default: no limit. */
  readonly width?: number;
  /** Whether the first row names the columns. Default: true. */
  readonly hasHead?: boolean;
}

const gap = '  ';
/** A column of text is not made narrower than this. */
const minColumn = 12;

/**
 * Columns side by side, numbers to the right. Where that is wider than the terminal, the widest column
 * of text is wrapped; where that does not do, each row becomes a block of lines, `column: value`.
 */
export function table(
  rows: readonly (readonly string[])[],
  { width = Number.POSITIVE_INFINITY, hasHead = true }: TableOptions = {},
): string {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const excess = widths.reduce((sum, w) => sum + w + gap.length, -gap.length) - width;
  if (excess <= 0) return sideBySide(rows, widths);
  const widest = widths.indexOf(Math.max(...widths));
  const left = widths[widest] - excess;
  const isText = rows.some(
    (row) => row[widest].length === widths[widest] && !isNumber(row[widest]),
  );
  if (isText && left >= minColumn) {
    const narrowed = widths.map((w, i) => (i === widest ? left : w));
    return sideBySide(
      rows.flatMap((row) => wrapCell(row, widest, left)),
      narrowed,
    );
  }
  return (hasHead ? blocks(rows, width) : rows.flatMap((row) => hanging(row, width))).join('\n');
}

const isNumber = (text: string) => /^[-+]?[\d.]+(e[-+]?\d+)?( ?%| s)?$/.test(text);

const sideBySide = (rows: readonly (readonly string[])[], widths: readonly number[]): string =>
  rows
    .map((row) =>
      row
        .map((text, i) => (isNumber(text) ? text.padStart(widths[i]) : text.padEnd(widths[i])))
        .join(gap)
        .trimEnd(),
    )
    .join('\n');

/** A row, and below it what of its cell does not fit. */
const wrapCell = (row: readonly string[], column: number, width: number): string[][] =>
  wrapHard(row[column], width).map((line, k) =>
    row.map((text, i) => (i === column ? line : k === 0 ? text : '')),
  );

function blocks([head, ...rows]: readonly (readonly string[])[], width: number): string[] {
  return rows.flatMap((row, k) => [
    ...(k === 0 ? [] : ['']),
    ...row.flatMap((text, i) =>
      text === '' ? [] : hang(head[i] === '' ? gap : `${head[i]}: `, text, width),
    ),
  ]);
}

/** The cells one after the other, as in a paragraph. */
const hanging = (row: readonly string[], width: number): string[] => {
  const lead = row[0].match(/^\s*/)![0];
  const words = row.filter((text) => text !== '').map((text) => text.trim());
  return hang(`${lead}${words[0]}${gap}`, words.slice(1).join(gap), width);
};
