import type { Activation } from '../core/activation.js';
import * as activations from '../core/activations.js';
import { HandgradError, ModelError } from '../core/errors.js';
import { denseLayersOf } from '../core/layers/dense.js';
import * as losses from '../core/losses.js';
import { type Network, type NetworkDefinition, network } from '../core/network.js';
import { assertOptions } from '../core/options.js';
import { type Card, parseCard } from './card.js';

/** What defines a network besides its weights. */
export interface Description {
  /** One per layer. */
  readonly activations: readonly Activation[];
  readonly loss: losses.Loss;
  readonly l2: number;
  readonly card?: Card;
}

/** What the user specifies for weight files that do not contain it. */
export type LoadOptions = Partial<Pick<Description, 'activations' | 'loss'>>;

/** As text, for the notes that a file format has room for. */
export function describe({ layers, loss, l2 }: Network, card?: Card): string {
  const names = denseLayersOf(layers).map(({ activation }) => activation.name);
  return JSON.stringify({ activations: names, loss: loss.name, l2, card });
}

/**
 * The description from the file, or otherwise the one given by the user.
 *
 * @param text the output of `describe`, or undefined if the file has none.
 * @param file used in error messages.
 * @throws ModelError if both or neither are present, or if the description does not fit L layers.
 */
export function readDescription(
  text: string | undefined,
  given: LoadOptions,
  L: number,
  file: string,
): Description {
  assertOptions('load', given, { activations: true, loss: true });
  if (text !== undefined && (given.activations || given.loss)) {
    throw new ModelError(
      `${file} says its activations and its loss itself: ${text}. Give neither of them.`,
    );
  }
  const said = text === undefined ? given : parse(text, file);
  const example = [...Array<string>(L - 1).fill('relu'), 'sigmoid'].join(',');
  const layers = L === 1 ? 'its layer' : `each of its ${L} layers`;
  if (!said.activations) {
    throw new ModelError(
      `${file} does not say its activations. Name one for ${layers}, such as --activations ${example}`,
    );
  }
  if (said.activations.length !== L) {
    throw new ModelError(
      `${file} has ${L} layers, but there are ${said.activations.length} activations. Name one for ${layers}, such as ${example}.`,
    );
  }
  const {
    activations,
    loss = lossFor(activations.at(-1)!),
    l2 = 0,
    card,
  } = said as Partial<Description> & Pick<Description, 'activations'>;
  return { activations, loss, l2, card };
}

/** The default loss for an output activation. */
export const lossFor = (output: Activation): losses.Loss =>
  Object.values(losses).find(({ fused }) => fused?.activation === output) ??
  losses.meanSquaredError;

/** A network as a file tells it. @throws ModelError where there is no such network. */
export function networkOf(definition: NetworkDefinition, file: string): Network {
  try {
    return network(definition);
  } catch (error) {
    if (!(error instanceof HandgradError)) throw error;
    throw new ModelError(`${file} is no network that handgrad has: ${error.message}`);
  }
}

function parse(text: string, file: string): Description {
  let said: { activations?: unknown; loss?: unknown; l2?: unknown; card?: unknown } | null;
  try {
    said = JSON.parse(text);
  } catch (error) {
    throw new ModelError(
      `${file} is damaged where it says its activations: ${(error as Error).message}.`,
    );
  }
  const named = <T extends { name: string }>(things: readonly T[], name: unknown): T => {
    const found = things.find((thing) => thing.name === name);
    if (found) return found;
    throw new ModelError(
      `${file} names ${JSON.stringify(name)}, which handgrad does not have. It has ${things.map(({ name }) => name).join(', ')}.`,
    );
  };
  const { activations: names, loss, l2, card } = said ?? {};
  if (!Array.isArray(names)) throw new ModelError(`${file} names no list of activations.`);
  if (typeof l2 !== 'number' || !(l2 >= 0 && l2 < Number.POSITIVE_INFINITY)) {
    throw new ModelError(`${file} says an l2 of ${JSON.stringify(l2)}; expected a number from 0.`);
  }
  return {
    activations: names.map((name) => named(Object.values(activations), name)),
    loss: named(Object.values(losses), loss),
    l2,
    card: card === undefined ? undefined : parseCard(card, file),
  };
}
