/** A line of the code with another one in its place. */
export interface Change {
  /** From 1. */
  readonly line: number;
  readonly before: string;
  readonly after: string;
}

/**
 * What a correction, `line 14: const dz1 = …`, makes of the code. Undefined where it is a formula, or
 * where the line cannot take its place: it is a part of a longer statement, or a declaration of something else.
 */
export function changesOf(correction: string | undefined, code: string): Change[] | undefined {
  const lines = code.split('\n');
  const changes = (correction ?? '').split('\n').map((text): Change | undefined => {
    const [, number, corrected] = /^line (\d+): (.+)$/.exec(text) ?? [];
    const before = lines[Number(number) - 1];
    if (before === undefined) return undefined;
    const indent = before.slice(0, before.length - before.trimStart().length);
    const change = { line: Number(number), before, after: `${indent}${corrected}` };
    return fits(change) ? change : undefined;
  });
  return changes.every((change) => change !== undefined) ? changes : undefined;
}

const fits = ({ before, after }: Change) =>
  before !== after && isWhole(before) === isWhole(after) && opening(before) === opening(after);

/** Every bracket that opens on the line closes there, but for a block's that begins or ends. */
const isWhole = (line: string) =>
  ['()', '[]', '{}'].every(([open, close]) => count(line, open) === count(line, close));

const count = (line: string, letter: string) => line.split(letter).length;

/** const dz1 =, return, dW += … are to stay what they are, as far as they declare something. */
const opening = (line: string) =>
  /^\s*(?:export\s+)?(const|let|var|return)\b(?:\s+([\w$]+)\s*[:=])?/
    .exec(line)
    ?.slice(1)
    .join(' ') ?? '';

/** The code with the lines changed. */
export function applied(code: string, changes: readonly Change[]): string {
  const lines = code.split('\n');
  for (const { line, after } of changes) lines[line - 1] = after;
  return lines.join('\n');
}

/** Where two lines differ: what is before it in both, and after it in both. */
export function difference({ before, after }: Change): {
  readonly start: number;
  readonly end: number;
} {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end++;
  return { start, end };
}
