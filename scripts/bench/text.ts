import { limitOf, type Report, rowsOf, threeDigits, verdict } from './report.js';
import type { Measured } from './workload.js';

/** A workload for the screen. */
export const workloadText = (measured: Measured, productSpeed?: number): string =>
  [
    measured.title,
    ...table(
      rowsOf(measured).map(([name, time, spread, rounds]) => [
        name,
        time,
        `(${spread}${rounds === '1' ? '; one run' : `; ${rounds} runs`})`,
      ]),
    ),
    ...[limitOf(measured, productSpeed) ?? []].flat(),
  ].join('\n');

/** All ratios, with their targets. */
export const ratiosText = ({ ratios }: Pick<Report, 'ratios'>): string =>
  table(
    ratios.map((ratio) => [
      ratio.name,
      threeDigits(ratio.value),
      ratio.target === undefined ? '' : `(target ${threeDigits(ratio.target)})`,
      verdict(ratio),
    ]),
  ).join('\n');

/** Columns side by side; the second one is of numbers. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 1 ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd(),
  );
}
