import { ModelError } from '../core/errors.js';

/**
 * What lies beside a saved model as card.json: how it came to be, and how to feed it. What it says of the
 * run is not there where the model was trained on since.
 */
export interface Card {
  readonly name: string;
  /** n_x, and the units or filters of each layer with parameters. */
  readonly layers: readonly number[];
  /** Behind each of these. */
  readonly activations: readonly string[];
  readonly loss: string;
  readonly initializer: string;
  readonly seed: number;
  readonly hyperparameters?: Readonly<Record<string, number | string>>;
  readonly dataSet?: {
    readonly name: string;
    readonly train: FileCard;
    readonly test: FileCard;
  };
  /** By iteration. */
  readonly costs?: Readonly<Record<string, number>>;
  /** In percent. */
  readonly accuracy?: { readonly train: number; readonly test: number };
  /** Pictures are resized to this size, and their bytes scaled and laid out row by row, RGB. */
  readonly preprocessing: {
    readonly height: number;
    readonly width: number;
    readonly channels: number;
    readonly scale: string;
    readonly resize: string;
  };
  /** Indexed by label: 0, 1, … */
  readonly classNames: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
}

export interface FileCard {
  readonly file: string;
  readonly sha256: string;
  /** Number of samples. */
  readonly m: number;
}

/** The card of a model whose weights have changed since: it says no more how they came to be. */
export function trainedOn(card: Card): Card {
  const { hyperparameters, dataSet, costs, accuracy, ...rest } = card;
  return rest;
}

/** The card that a file holds, as far as classifying a picture needs it. @throws ModelError */
export function parseCard(value: unknown, file: string): Card {
  const { preprocessing, classNames } = (value ?? {}) as Partial<Card>;
  const bad = (what: string) =>
    new ModelError(`${file} is no model card: ${what}. Save the model again.`);
  const isClasses =
    Array.isArray(classNames) &&
    classNames.length > 1 &&
    classNames.every((name) => typeof name === 'string');
  if (!isClasses) throw bad('its classNames do not name two classes or more');
  for (const side of ['height', 'width', 'channels'] as const) {
    const size = preprocessing?.[side];
    if (!Number.isInteger(size) || (size as number) < 1) {
      throw bad(`the ${side} of its preprocessing is ${size}, not a whole number from 1`);
    }
  }
  return value as Card;
}
