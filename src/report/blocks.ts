import { ShapeError, ValueError } from '../core/errors.js';
import { equation } from './equation.js';
import { escapeHtml } from './escape.js';
import type { Figure, Gallery } from './figure.js';
import * as code from './listing.js';

/** A piece of a page. */
export interface Block {
  readonly html: string;
}

export const heading = (text: string): Block => ({ html: `<h3>${prose(text)}</h3>` });

/**
 * Text; between `backticks` code, between $dollars$ TeX. For what one writes oneself: names and values of
 * others belong in a table, a verdict or a card, where a dollar is a dollar.
 */
export const paragraph = (text: string): Block => ({ html: `<p>${prose(text)}</p>` });

/** A paragraph of anyone's text: a dollar is a dollar. */
export const note = (text: string): Block => ({ html: `<p>${withCode(text)}</p>` });

/** Equations in TeX, one under the other. */
export const equations = (tex: readonly string[]): Block => ({
  html: `<div class="equations" tabindex="0">${tex.map((line) => equation(line)).join('\n')}</div>`,
});

/** TypeScript, whole or the declarations of `names`. */
export const listing = (source: string, names?: readonly string[]): Block => ({
  html: `<pre class="listing" tabindex="0"><code>${code.listing(source, names)}</code></pre>`,
});

export const figure = ({ title, svg }: Figure): Block => ({
  html: `<figure><figcaption>${escapeHtml(title)}</figcaption><div class="drawing" tabindex="0">${svg}</div></figure>`,
});

/** @throws ValueError where a picture is no data URI: the page would have to load it. */
export function gallery({ title, alt, pictures }: Gallery): Block {
  const lost = pictures.findIndex(({ uri }) => !uri.startsWith('data:image/'));
  if (lost >= 0) throw new ValueError(`gallery: picture ${lost} is no data URI of an image.`);
  return {
    html: `<figure><figcaption>${escapeHtml(title)}</figcaption><ul class="gallery" aria-label="${escapeHtml(alt)}">${pictures
      .map(
        ({ uri, alt, caption }) =>
          `<li><img src="${escapeHtml(uri)}" alt="${escapeHtml(alt)}">${caption
            .map((line) => `<span>${escapeHtml(line)}</span>`)
            .join('')}</li>`,
      )
      .join('\n')}</ul></figure>`,
  };
}

/**
 * A table. The columns of numbers, by default those where every cell is one, stand on the right.
 *
 * @throws ShapeError where a row has more or fewer cells than there are columns.
 */
export function table({
  caption,
  columns,
  rows,
  numeric = columns.map((_, j) => rows.every((row) => typeof row[j] === 'number')),
}: {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  readonly numeric?: readonly boolean[];
}): Block {
  const short = rows.findIndex((row) => row.length !== columns.length);
  if (short >= 0) {
    throw new ShapeError(
      `table: row ${short} of "${caption}" has ${rows[short].length} cells for ${columns.length} columns.`,
    );
  }
  const kind = (j: number) => (numeric[j] ? ' class="numeric"' : '');
  const head = columns
    .map((name, j) => `<th scope="col"${kind(j)}>${withCode(name)}</th>`)
    .join('');
  const body = rows.map(
    (row) =>
      `<tr>${row.map((cell, j) => `<td${kind(j)}>${withCode(String(cell))}</td>`).join('')}</tr>`,
  );
  return {
    html: `<div class="table" tabindex="0"><table><caption>${withCode(caption)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>${body.join('\n')}</tbody></table></div>`,
  };
}

/** Whether what was found is what was expected. */
export const verdict = ({ passed, text }: { passed: boolean; text: string }): Block => ({
  html: `<p class="verdict ${passed ? 'right' : 'wrong'}"><strong>${passed ? '✓ right' : '✗ wrong'}</strong> ${withCode(text)}</p>`,
});

/** What a result is to be taken with. */
export const warning = (text: string): Block => ({
  html: `<p class="verdict wrong"><strong>Warning:</strong> ${withCode(text)}</p>`,
});

/** Names and values, as a model's card has them. */
export const card = ({
  title,
  entries,
}: {
  readonly title: string;
  readonly entries: readonly (readonly [name: string, value: string | number])[];
}): Block => ({
  html: `<article><h3>${withCode(title)}</h3><dl>${entries
    .map(
      ([name, value]) => `<div><dt>${withCode(name)}</dt><dd>${withCode(String(value))}</dd></div>`,
    )
    .join('')}</dl></article>`,
});

/** Blocks side by side where the page is wide enough, one under the other on a phone. */
export const beside = (...blocks: readonly Block[]): Block => ({
  html: `<div class="beside">${blocks.map(({ html }) => html).join('\n')}</div>`,
});

/** Anyone's text, with what stands between backticks as code. */
const withCode = (text: string): string =>
  escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');

/** Our own text: what stands between dollars is TeX. */
const prose = (text: string): string =>
  text
    .split(/(`[^`]+`|\$[^$]+\$)/)
    .map((part) =>
      /^\$.+\$$/.test(part) ? equation(part.slice(1, -1), { inline: true }) : withCode(part),
    )
    .join('');
