import { randomUUID } from 'node:crypto';
import * as util from 'node:util';
import { unprintable } from '../text/words.js';

/** How something looks where the terminal has colours. */
export const styles = {
  good: ['green'],
  bad: ['bold', 'red'],
  warning: ['yellow'],
} as const satisfies Record<string, readonly Parameters<typeof util.styleText>[0][]>;

export type Style = keyof typeof styles;

/**
 * FORCE_COLOR and NO_COLOR decide, in this order and as Node reads them; else whether the stream is
 * a terminal with colours.
 */
export function hasColours(
  stream: { isTTY?: boolean; hasColors?: () => boolean },
  { FORCE_COLOR, NO_COLOR }: NodeJS.ProcessEnv = process.env,
): boolean {
  if (FORCE_COLOR !== undefined) return !['0', 'false'].includes(FORCE_COLOR);
  if (NO_COLOR) return false;
  return stream.isTTY === true && stream.hasColors?.() === true;
}

/** Stands for a colour until a text is printed. Nobody else knows it: a name in a file is no colour. */
const mark = randomUUID();
const marked = new RegExp(`${mark}(\\d+);`, 'g');

/**
 * Any text as a terminal is to see it: with the colours that `styled` has marked, in its lines, and without
 * whatever else a terminal would obey.
 */
export const shown = (text: string): string =>
  text
    .replace(unprintable, (character) =>
      character === '\n' || character === '\t' ? character : '?',
    )
    .replace(marked, (_, code) => `\u001b[${code}m`);

/** The text in a style, for a stream that has colours; `shown` makes them visible. */
export function styled(style: Style, text: string, stream: NodeJS.WriteStream): string {
  // Node 20.0 to 20.11 has no styleText.
  if (!hasColours(stream) || util.styleText === undefined) return text;
  return styles[style].reduce((inner, format) => {
    const [on, off] = util
      .styleText(format, '\n', { validateStream: false })
      .split('\n')
      .map((codes) => codes.replace(/\p{Cc}\[(\d+)m/gu, `${mark}$1;`));
    return on + inner + off;
  }, text);
}

/** The words that give a verdict in a report or a table of ours. */
const verdicts: readonly (readonly [Style, RegExp])[] = [
  ['bad', /\b(?:WRONG|FAILED|DIFFERS|NOT as expected)\b|(?<= {2})does not work\b/g],
  ['good', /^RIGHT\b|(?<= {2}|verdict: )(?:right|pass|works)(?= {2}|$)|\b(?<!NOT )as expected\b/gm],
];

/** A text for stdout with its verdicts in colour: what is wrong does not look like what is right. */
export function withVerdicts(text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return verdicts.reduce(
    (marked, [style, words]) => marked.replace(words, (word) => styled(style, word, stream)),
    text,
  );
}
