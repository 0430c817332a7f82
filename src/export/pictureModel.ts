import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ModelError } from '../core/errors.js';
import { headOf, type Network } from '../core/network.js';
import type { Card } from './card.js';

/*
 * The inputs of a picture network, and the meaning of its outputs.
 */

export interface PictureInput {
  readonly height: number;
  readonly width: number;
  /** 1 for pictures in grey; else red, green and blue. */
  readonly channels?: 1;
  /** What bytes are divided by, if not 255. */
  readonly divisor?: 1;
}

/**
 * The size of the RGB pictures a network expects: n_x = height · width · 3. It is taken from the card;
 * without a card, pictures are assumed to be square.
 *
 * @param name of the model, used in error messages.
 * @throws ModelError if no size fits n_x.
 */
export function pictureInput(nX: number, card: Card | undefined, name: string): PictureInput {
  if (!card) {
    const side = Math.sqrt(nX / 3);
    if (Number.isInteger(side)) return { height: side, width: side };
    throw new ModelError(
      `${name} has no card.json that says the size of its pictures, and ${nX} numbers are no square RGB picture.`,
    );
  }
  if (!card.preprocessing) throw noPictures(name, card);
  const { height, width, channels } = card.preprocessing;
  if (height * width * channels !== nX) {
    throw new ModelError(
      `The card of ${name} says pictures of ${height}x${width}x${channels}, but the model takes ${nX} numbers. Save the model again.`,
    );
  }
  if (channels !== 3 && channels !== 1) {
    throw new ModelError(
      `${name} takes pictures of ${channels} channels; handgrad reads pictures as red, green and blue, or grey. Train it on those.`,
    );
  }
  return { height, width, ...(channels === 1 && { channels }) };
}

const noPictures = (name: string, { input }: Card) =>
  new ModelError(
    `${name} takes ${input?.kind === 'table' ? 'rows of a table' : 'arrays'}, and no pictures. Give it a file such as it was trained on.`,
  );

/** The same for a network, which may say itself what pictures it takes: height, width and channels. */
export function pictureInputOf(
  network: Network,
  card: Card | undefined,
  name: string,
): PictureInput {
  const [first] = network.layers;
  const asBytes = card ? card.preprocessing?.scale === '1' : first.takesBytes === true;
  return { ...sizeOf(network, card, name), ...(asBytes && { divisor: 1 }) };
}

function sizeOf(
  { nX, input, layers }: Network,
  card: Card | undefined,
  name: string,
): PictureInput {
  if (input.length === 1 && !layers[0].reads) return pictureInput(nX, card, name);
  const [height, width, channels] = input;
  if (input.length === 3 && (channels === 3 || channels === 1)) {
    const { preprocessing: of = { height, width }, input: given } = card ?? {};
    if (card && given) throw noPictures(name, card);
    if (of.height === height && of.width === width) {
      return { height, width, ...(channels === 1 && { channels }) };
    }
    throw new ModelError(
      `The card of ${name} says pictures of ${of.height}x${of.width}, but the model takes ${height}x${width}. Save the model again.`,
    );
  }
  throw new ModelError(
    `${name} takes ${input.join('x')} numbers a sample; handgrad reads pictures of height x width x 3, red, green and blue. Train it on those.`,
  );
}

/** A picture's column (n_x, 1) as a sample of the network. The caller owns it. */
export const pictureAs = (X: Tensor2D, { input }: Network): Tensor =>
  input.length === 1 ? tf.clone(X) : tf.reshape(X, [1, ...input]); // (n_x, 1) or (1, n_H, n_W, 3)

/** A class and its probability. */
export interface ClassProbability {
  readonly name: string;
  readonly probability: number;
}

/**
 * The classes for one column of outputs, by label 0, 1, …. A single output p is the probability of
 * class 1, and 1 - p that of class 0; otherwise there is one output per class.
 *
 * @throws ModelError if the outputs are not probabilities, or do not match the card's classes.
 */
export function probabilities(
  outputs: ArrayLike<number>,
  network: Network,
  card: Card | undefined,
  name: string,
): ClassProbability[] {
  const { activation } = headOf(network);
  if (activation.gives === 'number') {
    throw new ModelError(
      `The last layer of ${name} is ${activation.name}: its outputs are no probabilities. Train one that ends in sigmoid or softmax.`,
    );
  }
  const values = Array.from(outputs);
  const odd = values.find((value) => !Number.isFinite(value));
  if (odd !== undefined) {
    throw new ModelError(
      `${name} gives ${odd}, which is no probability: its weights are too large, or damaged. Train it again, with a smaller learning rate.`,
    );
  }
  const all = values.length === 1 ? [1 - values[0], values[0]] : values;
  const names = card?.classNames ?? all.map((_, label) => String(label));
  if (names.length !== all.length) {
    throw new ModelError(
      `The card of ${name} names ${names.length} classes, but the model gives ${all.length}. Save the model again.`,
    );
  }
  return all.map((probability, label) => ({ name: names[label], probability }));
}

/** Whether a picture may be of several classes at once, or of none: each output is a question of its own. */
export function isMultiLabel(network: Network): boolean {
  const { activation, units } = headOf(network);
  return activation.gives === 'probability' && units > 1;
}

/** The classes that a picture is of: the likeliest one, or each whose p is above 0.5. */
export const present = (
  classes: readonly ClassProbability[],
  network: Network,
): readonly ClassProbability[] =>
  isMultiLabel(network)
    ? classes.filter(({ probability }) => probability > 0.5)
    : [likeliest(classes)];

/** The names of the present classes, for people. */
export const labelOf = (found: readonly ClassProbability[]): string =>
  found.map(({ name }) => name).join(', ') || 'none';

/** The likeliest class; of two equal ones the first, so that a p of 0.5 is class 0. */
export const likeliest = (classes: readonly ClassProbability[]): ClassProbability =>
  classes.reduce((best, next) => (next.probability > best.probability ? next : best));
