import { DataError } from '../../core/errors.js';

/** The text of a file and how it was encoded, where that should be said. */
export interface DecodedText {
  readonly text: string;
  readonly note?: string;
}

/** Longer texts do not fit JavaScript's strings. */
export const maxTextBytes = 2 ** 29 - 2 ** 16;

/**
 * Text in UTF-8, or UTF-16 as its first two bytes say; else in Windows' Western encoding, as Excel
 * saves CSV. Without the mark of the byte order.
 *
 * @throws DataError if it holds zero bytes: then it is no text.
 */
export function decodeText(bytes: Uint8Array, of: string): DecodedText {
  const wide = wideEncoding(bytes);
  if (wide) return { text: new TextDecoder(wide).decode(bytes) };
  const zero = bytes.indexOf(0);
  if (zero >= 0) {
    throw new DataError(
      `${of} holds a zero at byte ${zero}: it is no text in UTF-8. Save it as "CSV UTF-8".`,
    );
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    const text = new TextDecoder('windows-1252').decode(bytes);
    const note = 'The file is not in UTF-8; it was read as Windows-1252, as Excel writes it.';
    return { text, note };
  }
}

function wideEncoding([first, second]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}

/** What separates the values of a table: a character, or any blanks. */
export type Separator = ',' | ';' | '\t' | '|' | 'blanks';

/** Comma last: in many languages it is in the numbers, between other separators. */
const candidates: readonly Exclude<Separator, 'blanks'>[] = ['\t', ';', '|', ','];

export const isSeparator = (character: string | undefined): character is Separator =>
  (candidates as readonly (string | undefined)[]).includes(character);

/**
 * The separator that every one of the first lines has equally often, or undefined; `loose` takes the
 * first line's word for it, since a line may be wrong.
 */
export function separatorOf(text: string, loose = false): Separator | undefined {
  const records = firstRecords(text);
  if (records.length === 0) return undefined;
  const even = candidates.find((separator) => {
    const [count, ...others] = records.map((record) => countOf(record, separator));
    return count > 0 && others.every((other) => other === count);
  });
  if (even) return even;
  const widths = records.map((record) => record.trim().split(/[ \t]+/).length);
  const inBlanks = widths[0] > 1 && widths.every((width) => width === widths[0]);
  const hasNumber = /(^|\s)[-+.]?\d\S*/.test(records.at(-1)!);
  if (inBlanks && hasNumber && !text.includes('"') && records.length > 1) return 'blanks';
  if (!loose) return undefined;
  const counts = candidates.map((separator) => countOf(records[0], separator));
  const most = Math.max(...counts);
  return most > 0 ? candidates[counts.indexOf(most)] : undefined;
}

const countOf = (record: string, separator: string) => record.split(separator).length - 1;

const looked = 50;

/** The first lines that are not empty, without what stands in quotes; the last one may be cut off. */
function firstRecords(text: string): string[] {
  const start = text.slice(0, 2 ** 16);
  const whole = start.length === text.length;
  const lines = start
    .replace(/"(?:[^"]|"")*("|$)/g, '')
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '');
  return (whole || lines.length === 1 ? lines : lines.slice(0, -1)).slice(0, looked);
}

/** Lines of values that blanks stand between, as lines of tabs. */
export const blanksToTabs = (text: string): string =>
  text
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim().replace(/[ \t]+/g, '\t'))
    .join('\n');
