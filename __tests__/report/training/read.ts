import { PNG } from 'pngjs';
import type { Block } from '../../../src/report/blocks.js';
import { parse } from '../markup.js';

const whole = (blocks: readonly Block[]) => `<div>${blocks.map(({ html }) => html).join('')}</div>`;

/** The cells of the tables, row by row; those of the head first. */
export function tablesOf(blocks: readonly Block[]): string[][][] {
  const tables: string[][][] = [];
  for (const { name, text } of parse(whole(blocks))) {
    if (name === 'table') tables.push([]);
    if (name === 'tr') tables.at(-1)!.push([]);
    if (name === 'td' || name === 'th') tables.at(-1)!.at(-1)!.push(text);
    if (name === 'span' || name === 'small') {
      const row = tables.at(-1)?.at(-1);
      if (row) row.push(`${row.pop()}${name === 'small' ? ' ' : ''}${text}`);
    }
  }
  return tables;
}

export const textsOf = (blocks: readonly Block[]): string[] =>
  parse(whole(blocks))
    .map(({ text }) => text.trim())
    .filter(Boolean);

/** The pictures of galleries: what is said of them, and their bytes in RGB. */
export function picturesOf(blocks: readonly Block[]) {
  const elements = parse(whole(blocks));
  return elements
    .filter(({ name }) => name === 'img')
    .map((image) => {
      const { src, alt } = image.attributes;
      const { data, width, height } = PNG.sync.read(Buffer.from(src.split(',')[1], 'base64'));
      return {
        ...{ alt, width, height },
        caption: elements
          .filter(({ name, parent }) => name === 'span' && parent === image.parent)
          .map(({ text }) => text),
        rgb: [...data].filter((_, i) => i % 4 < 3),
      };
    });
}
