import { ValueError } from '../core/errors.js';
import type { Block } from './blocks.js';
import { htmlDocument } from './document.js';
import { escapeHtml } from './escape.js';
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
  const above = typeof intro === 'string' ? `<p>${escapeHtml(intro)}</p>` : html(intro);
  const contents = sections.map(
    ({ id, title }) => `<li><a href="#${id}">${escapeHtml(title)}</a></li>`,
  );
  return htmlDocument({
    title,
    style: pageStyle,
    body: `<header class="intro">
<h1>${escapeHtml(title)}</h1>
${above}
</header>
<div class="columns">
<nav aria-label="Contents"><ol>
${contents.join('\n')}
</ol></nav>
<main>
${sections.map(section).join('\n')}
</main>
</div>`,
  });
}

const section = ({ id, title, blocks }: Section): string =>
  `<section id="${id}">\n<h2>${escapeHtml(title)}</h2>\n${scoped(html(blocks), id)}\n</section>`;

const html = (blocks: readonly Block[]): string => blocks.map((block) => block.html).join('\n');

/** The ids inside of drawings, each drawing's its own: two of them may both have a part-1. */
function scoped(content: string, id: string): string {
  let drawing = 0;
  return content.replace(/<svg\b.*?<\/svg>/gs, (svg) => {
    drawing++;
    const own = `${id}-${drawing}-`;
    return svg.replace(/<[^>]*>/g, (tag) => tag.replace(/( id="|url\(#|href="#)/g, `$1${own}`));
  });
}

function checkIds(ids: readonly string[]): void {
  ids.forEach((id, i) => {
    if (!/^[A-Za-z][\w-]*$/.test(id)) {
      throw new ValueError(`page: the id "${id}" is none; give letters, digits and hyphens.`);
    }
    if (ids.indexOf(id) !== i) throw new ValueError(`page: two sections have the id "${id}".`);
  });
}
