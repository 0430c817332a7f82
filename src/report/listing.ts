import { ValueError } from '../core/errors.js';
import { highlight } from '../vendor/highlight.js';
import { adopted, type Html } from './html.js';

/**
 * TypeScript as highlighted HTML whose text is the source's, character for character. With `names`
 * only these declarations of the file's top level, each with its docstring, in the order of `names`.
 *
 * @throws ValueError where the file has no declaration of a name.
 */
export function listing(source: string, names?: readonly string[]): Html {
  const code = names?.map((name) => declaration(source, name)).join('\n\n') ?? source;
  const { value } = highlight.highlight(code, { language: 'typescript' });
  return adopted('highlight.js', value, { elements: 'span', attributes: 'class' });
}

/**
 * The text of a declaration, from its docstring to its end. A line that starts at column 0 with
 * anything but a closing bracket begins what comes next: so Biome formats our sources.
 */
export function declaration(source: string, name: string): string {
  const lines = source.split('\n');
  const opening = new RegExp(
    `^(export )?(declare )?(abstract )?(async )?(function\\*?|const|let|class|interface|type|enum) ${escapeRegExp(name)}\\b`,
  );
  const first = lines.findIndex((line) => opening.test(line));
  if (first < 0) {
    throw new ValueError(
      `listing: there is no declaration of ${name}; give a name of the top level.`,
    );
  }
  let start = first;
  if (lines[first - 1]?.endsWith('*/')) {
    do start--;
    while (start > 0 && !lines[start].startsWith('/*'));
  }
  let end = first + 1;
  while (end < lines.length && /^([\s)}\]]|$)/.test(lines[end])) end++;
  return lines.slice(start, end).join('\n').trimEnd();
}

const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
