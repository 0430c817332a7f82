import type { Picture } from '../../src/data/pictures.js';
import type { Card } from '../../src/export/card.js';
import {
  type ClassProbability,
  labelOf,
  type PictureInput,
} from '../../src/export/pictureModel.js';
import { element } from '../shared/dom.js';
import { worth } from './words.js';

/** Most classes that are drawn: the likeliest. */
const maxBars = 8;

/** A picture as the network sees it, in how many numbers. */
export interface SeenPicture extends Picture {
  readonly numbers: number;
}

/** What the network says of a picture, the classes found in it first, and the picture as it saw it. */
export function answerView(
  classes: readonly ClassProbability[],
  found: readonly ClassProbability[],
  seen: SeenPicture,
  card: Card | undefined,
): HTMLElement {
  const bars = [...classes].sort((a, b) => b.probability - a.probability).slice(0, maxBars);
  return element(
    'div',
    {},
    element(
      'p',
      { class: 'said' },
      element('strong', {}, labelOf(found)),
      ...found.map(({ probability }) => ` ${inDigits(probability)}`),
    ),
    element('ul', { class: 'bars', 'aria-label': 'Probabilities' }, ...bars.map((of) => bar(of))),
    element(
      'figure',
      { class: 'seen' },
      pixels(seen),
      element(
        'figcaption',
        { class: 'quiet' },
        `This is all that the network saw: ${seen.width} × ${seen.height} pixels, ${seen.numbers.toLocaleString('en')} numbers.`,
      ),
    ),
    element('p', { class: 'quiet' }, worth(card)),
  );
}

/** What stands there before: the same with nothing in it. */
export function waitingView(
  classNames: readonly string[],
  { width, height }: PictureInput,
): HTMLElement {
  const empty = classNames.slice(0, maxBars).map((name) => bar({ name, probability: 0 }, '–'));
  return element(
    'div',
    { class: 'waiting' },
    element(
      'p',
      { class: 'quiet' },
      'The answer comes here: the likeliest class with its probability.',
    ),
    element('ul', { class: 'bars', 'aria-hidden': 'true' }, ...empty),
    element(
      'figure',
      { class: 'seen', 'aria-hidden': 'true' },
      element('div', { class: 'pixels' }),
      element(
        'figcaption',
        { class: 'quiet' },
        `And the picture as the network sees it, in ${width} × ${height} pixels.`,
      ),
    ),
  );
}

/** What a screen reader says as soon as the answer is there. */
export const spoken = (found: readonly ClassProbability[], modelName: string): string => {
  const said = found.map((of) => `${of.name}, probability ${inDigits(of.probability)}`);
  return `${said.join(', ') || labelOf(found)}, says the network ${modelName}.`;
};

function bar({ name, probability }: ClassProbability, written = percent(probability)): HTMLElement {
  return element(
    'li',
    { 'data-class': name, 'data-probability': probability },
    element('span', {}, name),
    element('span', { class: 'numeric' }, written),
    element('i', { style: `--share:${100 * probability}%`, 'aria-hidden': 'true' }),
  );
}

/** The likeliest is never 1 where it is less. */
export const inDigits = (probability: number): string =>
  probability < 1 && probability >= 0.995 ? '> 0.99' : probability.toFixed(2);

/** Never 100 % or 0 % for what is neither. */
export function percent(probability: number): string {
  const written = (100 * probability).toFixed(1);
  if (written === '100.0' && probability < 1) return '> 99.9 %';
  if (written === '0.0' && probability > 0) return '< 0.1 %';
  return `${written} %`;
}

function pixels({ data, width, height }: Picture): HTMLCanvasElement {
  const canvas = element('canvas', {
    width,
    height,
    class: 'pixels',
    role: 'img',
    'aria-label': `The picture in ${width} by ${height} pixels`,
  });
  const image = new ImageData(width, height);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    image.data.set([data[from], data[from + 1], data[from + 2], 255], to);
  }
  canvas.getContext('2d')!.putImageData(image, 0, 0);
  return canvas;
}
