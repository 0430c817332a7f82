import type { Card } from '../../src/export/card.js';

/*
 * What a card says, in words. Only its classes and its preprocessing are sure to be there: a card may be
 * anybody's.
 */

type Loose = {
  readonly [Key in keyof Card]?: Card[Key] extends object ? Partial<Card[Key]> : Card[Key];
};

const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const entries = (record: unknown): [string, unknown][] =>
  typeof record === 'object' && record !== null ? Object.entries(record) : [];

/** The card as one that may lack anything. */
const loose = (card: Card): Loose => card;

/** Samples of the training and the test set, where the card tells them. */
function samples(card: Card): { train?: number; test?: number } {
  const { train, test } = loose(card).dataSet ?? {};
  return {
    train: isNumber(train?.m) ? train.m : undefined,
    test: isNumber(test?.m) ? test.m : undefined,
  };
}

const counted = (m: number): string => m.toLocaleString('en');

/** In percent, with no more digits than speak. */
export const inPercent = (percent: number): string => `${Number(percent.toFixed(1))} %`;

/** What its answers are worth. */
export function worth(card: Card | undefined): string {
  if (!card) {
    return 'The model has no card: what it learned from, and how often it is right, is not known.';
  }
  const { layers, accuracy } = loose(card);
  const { train, test } = samples(card);
  const network = Array.isArray(layers) ? `a network of ${layers.length - 1} layers` : 'a network';
  const learned = train === undefined ? '' : ` that learned from ${counted(train)} pictures`;
  const right = accuracy?.test;
  const then = isNumber(right)
    ? `It got ${inPercent(right)} of ${test === undefined ? 'its' : counted(test)} test pictures right: expect it to be wrong on some of yours, even where it is sure.`
    : 'How often it is right, its card does not tell.';
  return `So says ${network}${learned}. ${then}`;
}

/** The classes, or the names of the numbers. */
const answersOf = (card: Card): readonly string[] =>
  card.task === 'regression' ? (card.targetNames ?? []) : card.classNames;

/** Of many classes the first few, and how many there are. */
const listed = (names: readonly string[]): string =>
  names.length > 4
    ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
    : names.join(' or ');

/** What is written beside the model's name in the list. */
export function inShort(card: Card | undefined): string {
  const right = card && loose(card).accuracy?.test;
  const classes = card ? listed(answersOf(card)) : 'no card';
  return isNumber(right) ? `${classes}; ${inPercent(right)} of its test pictures right` : classes;
}

/** The card's lines: a name and what the card says of it; what it does not say is left out. */
export function cardLines(card: Card): [name: string, said: string][] {
  const { name, layers, activations, loss, initializer, seed, accuracy, dataSet, versions } =
    loose(card);
  const { hyperparameters } = loose(card);
  const { train, test } = samples(card);
  const { height, width, channels, scale, resize } = card.preprocessing ?? {};
  const size = `${height} × ${width}, ${channels === 1 ? 'grey' : 'RGB'}`;
  const right = [
    ['training', accuracy?.train, train],
    ['test', accuracy?.test, test],
  ] as const;
  const lines: [string, string | undefined][] = [
    ['Name', isText(name) ? name : undefined],
    ['Data set', isText(dataSet?.name) ? dataSet.name : undefined],
    ...right.map(([part, share, m]): [string, string | undefined] => [
      `Right on ${part} pictures`,
      isNumber(share) ? `${inPercent(share)}${m ? ` of ${counted(m)}` : ''}` : undefined,
    ]),
    ['Classes', answersOf(card).join(', ')],
    ['Units', Array.isArray(layers) ? layers.join(' → ') : undefined],
    ['Activations', Array.isArray(activations) ? activations.join(', ') : undefined],
    ['Cost', isText(loss) ? loss : undefined],
    ['Initialisation', isText(initializer) ? initializer : undefined],
    ...entries(hyperparameters).map(([key, value]): [string, string] => [
      spaced(key),
      String(value),
    ]),
    ['Seed', isNumber(seed) ? String(seed) : undefined],
    ['Pictures', card.preprocessing && [size, scale, resize].filter(isText).join(', ')],
    [
      'Made with',
      entries(versions)
        .map(([tool, version]) => `${tool} ${version}`)
        .join(', ') || undefined,
    ],
  ];
  return lines.filter((line): line is [string, string] => line[1] !== undefined);
}

/** learningRate is Learning rate; l2 is an L2 term. */
const spaced = (name: string): string => {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words[0].toUpperCase() + words.slice(1);
};

/** The cost by iteration, for a curve; none where the card has fewer than two. */
export function costs(card: Card): [iteration: number, cost: number][] {
  const points = entries(loose(card).costs)
    .map(([iteration, cost]) => [Number(iteration), cost])
    .filter((point): point is [number, number] => point.every(isNumber))
    .sort(([a], [b]) => a - b);
  return points.length < 2 ? [] : points;
}
