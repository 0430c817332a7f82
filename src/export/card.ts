import { ModelError } from '../core/errors.js';
import { inWords } from '../core/options.js';
import { limits } from '../files/bounds.js';

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
    readonly test?: FileCard;
    readonly validation?: FileCard;
  };
  /** By iteration. */
  readonly costs?: Readonly<Record<string, number>>;
  /** In percent; of networks that give classes. */
  readonly accuracy?: { readonly train: number; readonly test?: number };
  /** Scores of each part of the data by their names: accuracy in percent, the others as they are. */
  readonly metrics?: Readonly<Partial<Record<'train' | 'validation' | 'test', Scores>>>;
  /** Default: classification. */
  readonly task?: 'classification' | 'regression';
  /** How new data becomes inputs. Default: pictures, as in `preprocessing`. */
  readonly input?: InputCard;
  /** What the outputs of a regression are. */
  readonly targetNames?: readonly string[];
  /**
   * Pictures are resized to this size, and their bytes scaled and laid out row by row, RGB. Networks
   * that take something else have none.
   */
  readonly preprocessing?: {
    readonly height: number;
    readonly width: number;
    readonly channels: number;
    readonly scale: string;
    readonly resize: string;
  };
  /** Indexed by label: 0, 1, … */
  readonly classNames: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  /** Of the weights that it is the card of; saving sets it. */
  readonly weights?: { readonly sha256: string };
}

export type Scores = Readonly<Record<string, number>>;

/** Rows of a table by its columns, or arrays of numbers. */
export type InputCard =
  | {
      readonly kind: 'table';
      readonly columns: readonly {
        readonly name: string;
        readonly kind: 'number' | 'words';
        readonly values?: readonly string[];
        readonly fill?: number | string;
      }[];
      readonly target: readonly string[];
      readonly decimalComma?: boolean;
    }
  | {
      readonly kind: 'array';
      /** Of one sample. */
      readonly shape: readonly number[];
      /** What bytes are divided by. */
      readonly divisor: number;
    };

export interface FileCard {
  readonly file: string;
  readonly sha256: string;
  /** Number of samples. */
  readonly m: number;
}

/** The card of a model whose weights have changed since: it says no more how they came to be. */
export function trainedOn(card: Card): Card {
  const { hyperparameters, dataSet, costs, accuracy, metrics, weights, ...rest } = card;
  return rest;
}

/** The card that a file holds, as far as predicting needs it. @throws ModelError */
export function parseCard(value: unknown, file: string): Card {
  const { preprocessing, classNames, task, input, targetNames } = Object(value) as Partial<Card>;
  const bad = (what: string) =>
    new ModelError(`${file} is no model card: ${what}. Save the model again.`);
  const isRegression = task === 'regression';
  if (isRegression && !isTexts(targetNames, 1)) throw bad('its targetNames name no number');
  if (!isRegression && !isTexts(classNames, 2)) {
    throw bad('its classNames do not name two classes or more');
  }
  if (input !== undefined) {
    assertInputCard(input, bad);
    return value as Card;
  }
  for (const side of ['height', 'width', 'channels'] as const) {
    const size = preprocessing?.[side];
    if (!Number.isInteger(size) || (size as number) < 1) {
      throw bad(`the ${side} of its preprocessing is ${inWords(size)}, not a whole number from 1`);
    }
  }
  return value as Card;
}

const isTexts = (list: unknown, least: number): boolean =>
  Array.isArray(list) &&
  list.length >= least &&
  list.every((name) => typeof name === 'string' && name.length <= limits.nameLength);

function assertInputCard(input: InputCard, bad: (what: string) => ModelError): void {
  const { kind } = Object(input) as Partial<InputCard>;
  if (kind === 'array') {
    const { shape, divisor } = input as InputCard & { kind: 'array' };
    const isShape =
      Array.isArray(shape) && shape.every((side) => Number.isInteger(side) && side > 0);
    if (isShape && shape.length > 0 && divisor > 0) return;
    throw bad('its input has no shape and divisor');
  }
  const { columns, target } = input as InputCard & { kind: 'table' };
  const isColumn = (column: unknown) => {
    const { name, kind, values } = Object(column);
    return (
      typeof name === 'string' && (kind === 'number' || (kind === 'words' && isTexts(values, 1)))
    );
  };
  const isTable = kind === 'table' && Array.isArray(columns) && columns.every(isColumn);
  if (!isTable || !isTexts(target, 0)) throw bad('its input has no columns of a table');
}
