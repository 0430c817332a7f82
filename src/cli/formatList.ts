import type { Format } from '../export/format.js';
import * as formats from '../export/formats/index.js';
import { table } from './terminal.js';

/** What a model is exported to and imported from, for the command line. */

export const all: readonly Format[] = Object.values(formats);
export const byName: Readonly<Record<string, Format>> = Object.fromEntries(
  all.map((format) => [format.name, format]),
);
export const readable = all.filter(({ load }) => load !== undefined);

/** The formats with how their paths end, for the foot of a --help. */
export function help(formats: readonly Format[]): string {
  const rows = formats.map(({ name, extension, title }) => [
    `  ${name}`,
    extension ?? 'a folder',
    title,
  ]);
  return `\nFormats:\n${table(rows, { hasHead: false, width: process.stdout.columns })}`;
}
