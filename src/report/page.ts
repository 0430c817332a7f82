import { ValueError } from '../core/errors.js';
import type { Block } from './blocks.js';
import { htmlDocument } from './document.js';
import { type Html, html, withOwnIds } from './html.js';
import { pageStyle } from './style.js';

export interface Section {
  /** The section's address in the page: letters, digits and hyphens. */
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

/**
 * One HTML file that needs nothing else: no network, no script. It follows the reader's light or
 * dark colours, fits a phone, and prints.
 *
 * @throws ValueError where two sections have one id, or an id is not one.
 */
export function page({
  title,
  intro,
  sections,
}: {
  readonly title: string;
  /** Text, or blocks. */
  readonly intro: string | readonly Block[];
  readonly sections: readonly Section[];
}): string {
  checkIds(sections.map(({ id }) => id));
  const above = typeof intro === 'string' ? html`<p>${intro}</p>` : contentOf(intro);
  const contents = sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>\n`);
  return htmlDocument({
    title,
    style: pageStyle,
    body: html`<header class="intro">
<h1>${title}</h1>
${above}
</header>
<div class="columns">
<nav aria-label="Contents"><ol>
${contents}</ol></nav>
<main>
${sections.map(section)}</main>
</div>`,
  });
}

const section = ({ id, title, blocks }: Section): Html =>
  html`<section id="${id}">\n<h2>${title}</h2>\n${withOwnIds(contentOf(blocks), id)}</section>\n`;

const contentOf = (blocks: readonly Block[]): Html =>
  html`${blocks.map((block) => html`${block.html}\n`)}`;

function checkIds(ids: readonly string[]): void {
  ids.forEach((id, i) => {
    if (!/^[A-Za-z][\w-]*$/.test(id)) {
      throw new ValueError(`page: the id "${id}" is none; give letters, digits and hyphens.`);
    }
    if (ids.indexOf(id) !== i) throw new ValueError(`page: two sections have the id "${id}".`);
  });
}
