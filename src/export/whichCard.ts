import { ModelError } from '../core/errors.js';
import { type Card, trainedOn } from './card.js';

/** Where a model's card may stand. */
export interface Cards {
  /** In model.json: it came with the model by one rename. */
  readonly inside?: Card;
  /** In card.json: a copy, which a person may have edited, or which is of the model before. */
  readonly beside?: Card;
  /** Of the weights, as they are. */
  readonly sha256: string;
  /** Whether model.json says that they are these: then it holds its card, if it has one. */
  readonly isSigned: boolean;
  /** Whether card.json is the one that was there before, of a time when cards had no hash. */
  readonly isReplaced?: boolean;
}

/** The card that belongs to the weights. @throws ModelError where `file` is the card of others, and the only one. */
export function cardOf(cards: Cards, file: string): Card | undefined {
  const { inside, beside, sha256, isSigned, isReplaced } = cards;
  const isOf = (card?: Card) => card?.weights?.sha256 === sha256;
  if (isOf(beside)) return beside;
  if (beside && !beside.weights && !isReplaced) return beside; // by hand, or older than the hashes
  if (isOf(inside)) return inside;
  if (inside) return inside.weights ? trainedOn(inside) : inside;
  if (isSigned || !beside) return undefined;
  throw new ModelError(
    `${file} is the card of other weights than those that lie beside it. Remove it, or save the model again.`,
  );
}
