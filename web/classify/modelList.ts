import { element } from '../shared/dom.js';
import { costCurve } from './costCurve.js';
import type { ListedModel } from './models.js';
import { cardLines, costs, inShort } from './words.js';

/** One choice of the list; a model that cannot be read is there with why, and cannot be chosen. */
export function choice({ name, card, trouble }: ListedModel, place: number): HTMLElement {
  const title = element('strong', { id: `model-${place}` }, name);
  const about = element('span', {
    class: trouble ? 'about wrong-text' : 'about quiet',
    id: `about-${place}`,
  });
  about.textContent = trouble ?? inShort(card);
  const input = element('input', {
    type: 'radio',
    name: 'model',
    value: name,
    ...(trouble ? { disabled: '' } : {}),
    'aria-labelledby': title.id,
    'aria-describedby': about.id,
  });
  return element('label', { class: 'choice' }, input, title, about);
}

/** What a model's card tells, and where its files lie. */
export function cardView({ name, card, manifest }: ListedModel, folder: URL): HTMLElement {
  const files = ['model.json', ...(manifest?.paths ?? []), ...(card ? ['card.json'] : [])];
  const links = files.flatMap((file, i) => [
    ...(i > 0 ? [', '] : []),
    element('a', { href: new URL(`${encodeURIComponent(name)}/${file}`, folder).href }, file),
  ]);
  const lines = element(
    'dl',
    {},
    ...(card ? cardLines(card) : []).map(([term, said]) =>
      element('div', {}, element('dt', {}, term), element('dd', {}, said)),
    ),
    element('div', {}, element('dt', {}, 'Files'), element('dd', {}, ...links)),
  );
  const points = card ? costs(card) : [];
  if (points.length === 0) return element('div', {}, lines);
  return element(
    'div',
    { class: 'card' },
    lines,
    element(
      'figure',
      {},
      element('figcaption', {}, 'Its cost while it was trained'),
      costCurve(points, card?.hyperparameters?.epochs === undefined ? 'iteration' : 'epoch'),
    ),
  );
}
