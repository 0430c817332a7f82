/** Lines of at most `width` columns, broken between words. A longer word stays whole. */
export function wrap(text: string, width: number): string[] {
  return wrapWords(text.split(/\s+/), width);
}

/** The same for words that are given, which may hold spaces. */
export function wrapWords(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/**
 * The text behind its lead; the lines that follow are indented to where it starts. A lead that takes more
 * than half of the width has a line of its own.
 */
export function hang(lead: string, text: string | readonly string[], width: number): string[] {
  const words = typeof text === 'string' ? text.split(/\s+/) : text;
  if (lead.length > width / 2) {
    return [lead.trimEnd(), ...wrapWords(words, width - 2).map((line) => `  ${line}`)];
  }
  const indent = ' '.repeat(lead.length);
  return wrapWords(words, width - lead.length).map((line, i) => (i === 0 ? lead : indent) + line);
}

/** Like wrap, but a word that is too long is cut. */
export function wrapHard(text: string, width: number): string[] {
  return wrap(text, width).flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'gu')) ?? ['']);
}
