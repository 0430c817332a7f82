/** Anyone's text in a line of Markdown: nothing in it is markup, and it ends no cell of a table. */
export const escapeMarkdown = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_{}[\]|~$<>&]/g, '\\$&');

/** The same at the start of a paragraph or of a list's item, where # and 1. are markup too. */
export const escapeParagraph = (text: string): string =>
  escapeMarkdown(text).replace(/^([#+-])|^(\d+)(?=[.)])/, (_, sign, digits) =>
    sign === undefined ? `${digits}\\` : `\\${sign}`,
  );

/** A table; its cells are escaped. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => escapeMarkdown(String(cell))).join(' | ')} |`;
  const rule = `|${head.map((_, j) => (j === 0 ? '---' : '---:')).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

/** Code in a line, whatever stands in it. */
export function codeSpan(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  const runs = line.match(/`+/g) ?? [];
  const fence = '`'.repeat(1 + Math.max(0, ...runs.map((run) => run.length)));
  return runs.length > 0 ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}
