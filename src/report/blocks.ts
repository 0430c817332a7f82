import { ShapeError, ValueError } from '../core/errors.js';
import { equation } from './equation.js';
import type { Figure, Gallery } from './figure.js';
import { type Html, html } from './html.js';
import * as code from './listing.js';

/** A piece of a page. */
export interface Block {
  readonly html: Html;
}

export const heading = (text: string): Block => ({ html: html`<h3>${prose(text)}</h3>` });

/**
 * Text; between `backticks` code, between $dollars$ TeX. For what one writes oneself: names and values of
 * others belong in a table, a verdict or a card, where a dollar is a dollar.
 */
export const paragraph = (text: string): Block => ({ html: html`<p>${prose(text)}</p>` });

/** A paragraph of anyone's text: a dollar is a dollar. */
export const note = (text: string): Block => ({ html: html`<p>${withCode(text)}</p>` });

/** Equations in TeX, one under the other. */
export const equations = (tex: readonly string[]): Block => ({
  html: html`<div class="equations" tabindex="0">${tex.map((line) => equation(line))}</div>`,
});

/** TypeScript, whole or the declarations of `names`. */
export const listing = (source: string, names?: readonly string[]): Block => ({
  html: html`<pre class="listing" tabindex="0"><code>${code.listing(source, names)}</code></pre>`,
});

export const figure = ({ title, svg }: Figure): Block => ({
  html: html`<figure><figcaption>${title}</figcaption><div class="drawing" tabindex="0">${svg}</div></figure>`,
});

/**
 * Pictures with their captions. What the caption says already is not said again in a picture's place.
 *
 * @throws ValueError where a picture is no data URI: the page would have to load it.
 */
export function gallery({ title, alt, pictures }: Gallery): Block {
  const lost = pictures.findIndex(({ uri }) => !uri.startsWith('data:image/'));
  if (lost >= 0) throw new ValueError(`gallery: picture ${lost} is no data URI of an image.`);
  return {
    html: html`<figure><figcaption>${title}</figcaption><ul class="gallery" aria-label="${alt}">${pictures.map(
      ({ uri, alt, caption }) =>
        html`<li><img src="${uri}" alt="${caption.includes(alt) ? '' : alt}">${caption.map((line) => html`<span>${line}</span>`)}</li>\n`,
    )}</ul></figure>`,
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
  const kind = (j: number) => numeric[j] && html` class="numeric"`;
  const head = columns.map((name, j) =>
    name === '' ? html`<td></td>` : html`<th scope="col"${kind(j)}>${withCode(name)}</th>`,
  );
  const body = rows.map(
    (row) =>
      html`<tr>${row.map((cell, j) => html`<td${kind(j)}>${withCode(String(cell))}</td>`)}</tr>\n`,
  );
  return {
    html: html`<div class="table" tabindex="0"><table><caption>${withCode(caption)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>${body}</tbody></table></div>`,
  };
}

/** Whether what was found is what was expected. */
export const verdict = ({ passed, text }: { passed: boolean; text: string }): Block => ({
  html: html`<p class="verdict ${passed ? 'right' : 'wrong'}"><strong>${passed ? '✓ right' : '✗ wrong'}</strong> ${withCode(text)}</p>`,
});

/** What a result is to be taken with. */
export const warning = (text: string): Block => ({
  html: html`<p class="verdict wrong"><strong>Warning:</strong> ${withCode(text)}</p>`,
});

/** Names and values, as a model's card has them. */
export const card = ({
  title,
  entries,
}: {
  readonly title: string;
  readonly entries: readonly (readonly [name: string, value: string | number])[];
}): Block => ({
  html: html`<article><p class="title">${withCode(title)}</p><dl>${entries.map(
    ([name, value]) =>
      html`<div><dt>${withCode(name)}</dt><dd>${withCode(String(value))}</dd></div>`,
  )}</dl></article>`,
});

/** Blocks side by side where the page is wide enough, one under the other on a phone. */
export const beside = (...blocks: readonly Block[]): Block => ({
  html: html`<div class="beside">${blocks.map((block) => block.html)}</div>`,
});

/** Anyone's text, with what stands between backticks as code. */
const withCode = (text: string): Html =>
  html`${text.split(/`([^`]+)`/).map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))}`;

/** Our own text: what stands between dollars is TeX. */
const prose = (text: string): Html =>
  html`${text
    .split(/(`[^`]+`|\$[^$]+\$)/)
    .map((part) =>
      /^\$.+\$$/.test(part) ? equation(part.slice(1, -1), { inline: true }) : withCode(part),
    )}`;
