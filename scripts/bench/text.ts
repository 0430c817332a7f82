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

/** How long the bench itself took, in seconds by workload, and the share of each, the longest first. */
export function ownTime(took: Readonly<Record<string, number>>): string {
  const seconds = Object.values(took).reduce((sum, each) => sum + each, 0);
  const shares = Object.entries(took)
    .sort(([, a], [, b]) => b - a)
    .map(([name, each]) => `${name} ${Math.round((100 * each) / seconds)} %`);
  return `All of it took ${(seconds / 60).toFixed(1)} minutes: ${shares.join(', ')}.`;
}

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

/** Columns side by side; all but the first are of numbers. */
export const sideBySide = (rows: readonly (readonly string[])[]): string[] =>
  aligned(rows, (i) => i > 0);

const table = (rows: readonly (readonly string[])[]): string[] => aligned(rows, (i) => i === 1);

function aligned(
  rows: readonly (readonly string[])[],
  isOfNumbers: (column: number) => boolean,
): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows.map((row) =>
    row
      .map((cell, i) => (isOfNumbers(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd(),
  );
}
