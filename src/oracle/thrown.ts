/** Where in a file: the first line and the first column are 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Where it ends, as far as that is known: calls may begin together. */
  readonly end?: string;
}

/** What a user's code threw, in one line. Anything may be thrown: also what cannot be written. */
export const messageOf = (error: unknown): string => textOf(error).split(lineEnds)[0];

const lineEnds = /[\n\r\u2028\u2029]/;

/** The whole text of what was thrown. */
export function textOf(error: unknown): string {
  try {
    const { message } = Object(error) as { message?: unknown };
    return String(error instanceof Error ? message : error);
  } catch {
    return 'something was thrown that has no text';
  }
}

/** The user's own line, in brackets: (mine.mjs:7:3), with a space before it. Empty where there is none. */
export function placeOf(error: unknown): string {
  const place = placeIn(error);
  return place ? ` (${place.file}:${place.line}:${place.column})` : '';
}

/** The user's own line: the first in the stack that is neither a package's nor ours. */
export const placeIn = (error: unknown): Place | undefined => placesIn(error)[0];

/** The user's own lines, from where the error was thrown to where their code was called. */
export function placesIn(error: unknown): Place[] {
  const frames = stackOf(error)
    .split('\n')
    .filter((line) => !isForeign(line));
  return frames.flatMap((frame) => {
    // "    at backward (mine.mjs:7:3)" in V8, "backward@mine.mjs:7:3" elsewhere.
    const [, where] =
      /^\s+at (?:.*\()?([^()]+:\d+:\d+)\)?$/.exec(frame) ?? /@(.+)$/.exec(frame) ?? [];
    const [, file, line, column] = /^(.+):(\d+):(\d+)$/.exec(where ?? '') ?? [];
    if (file === undefined) return [];
    const path = file.replace(/^file:\/\//, '').replace(/\?.*$/, '');
    return [{ file: path, line: Number(line), column: Number(column) }];
  });
}

function stackOf(error: unknown): string {
  try {
    const { stack } = Object(error) as { stack?: unknown };
    return error instanceof Error && typeof stack === 'string' ? stack : '';
  } catch {
    return '';
  }
}

// In a browser everything that has an address is ours: code that is typed has a name alone.
const here = import.meta.url;
const ours = here.startsWith('file:') ? new URL('../', here).pathname : undefined;
const packages = /node_modules|[\s(]node:|(?:blob|https?):|tfjs-[\w-]+[\\/]src[\\/]/;

const isForeign = (line: string) =>
  packages.test(line) || (ours !== undefined && line.includes(ours));
