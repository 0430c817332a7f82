import type { Activation } from '../core/activation.js';
import * as activations from '../core/activations.js';
import { HandgradError, ModelError } from '../core/errors.js';
import {
  type Described,
  describeNetwork,
  lossFrom,
  type NetworkDescription,
  networkFrom,
  type Own,
} from '../core/kinds.js';
import type { Shape } from '../core/layer.js';
import type { DenseLayer } from '../core/layers/dense.js';
import * as losses from '../core/losses.js';
import { headOf, type Network, type NetworkDefinition, network } from '../core/network.js';
import { assertOptions, type Names } from '../core/options.js';
import { parseJson } from '../files/json.js';
import { assertFewLayers } from './bounded.js';
import { type Card, parseCard } from './card.js';

/** What defines a network of dense layers besides its weights. */
export interface Description {
  /** One per layer. */
  readonly activations: readonly Activation[];
  readonly loss: losses.Loss;
  readonly l2: number;
  readonly l1: number;
  readonly card?: Card;
}

/** What the user specifies for weight files that do not contain it. */
export interface LoadOptions extends Partial<Pick<Description, 'activations' | 'loss'>> {
  /** Makers of layers and losses of your own, by their kinds. */
  readonly layers?: Own;
  /** The shape of a sample, if the file leaves it open. */
  readonly input?: Shape;
  /** The network whose weights a file holds that says nothing of its layers. */
  readonly network?: Network;
}

export const loadOptionNames: Names<LoadOptions> = {
  ...{ activations: true, loss: true, layers: true, input: true, network: true },
};

/**
 * As text, for the notes that a file format has room for: a network of plain dense layers by its
 * activations, as since 0.1, any other by its layers.
 */
export function describe(network: Network, card?: Card): string {
  if (!isPlain(network)) return JSON.stringify({ ...describeNetwork(network), card });
  const { layers, loss, l2, l1 } = network;
  const names = (layers as readonly DenseLayer[]).map(({ activation }) => activation.name);
  return JSON.stringify({ activations: names, loss: loss.name, l2, ...(l1 > 0 && { l1 }), card });
}

/** Whether names say all of its layers and its loss. */
export function isPlain({ input, layers, loss }: Network): boolean {
  const known = (all: object, thing: { name: string }) => Object.values(all).includes(thing);
  const isDense = (layer: NetworkDefinition['layers'][number]) =>
    'kind' in layer &&
    layer.kind === 'dense' &&
    layer.config.useBias === true &&
    known(activations, (layer as DenseLayer).activation ?? { name: '' });
  return input.length === 1 && layers.every(isDense) && known(losses, loss);
}

/** Any network's description, as `describe` writes it; undefined for one of plain dense layers. */
export function fullDescription(
  text: string | undefined,
  file: string,
): (NetworkDescription & { readonly card?: Card }) | undefined {
  if (text === undefined) return undefined;
  const said = parsed(text, file) as (NetworkDescription & { card?: unknown }) | null;
  if (!Array.isArray(said?.layers)) return undefined;
  const { card } = said;
  return { ...said, card: card === undefined ? undefined : parseCard(card, file) };
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
  assertOptions('load', given, loadOptionNames);
  assertNotGiven(text, given, file);
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
    l1 = 0,
    card,
  } = said as Partial<Description> & Pick<Description, 'activations'>;
  return { activations, loss, l2, l1, card };
}

/** @throws ModelError if the user says what the file says itself. */
export function assertNotGiven(text: string | undefined, given: LoadOptions, file: string): void {
  if (text === undefined || !(given.activations || given.loss)) return;
  throw new ModelError(
    `${file} says its activations and its loss itself: ${text}. Give neither of them.`,
  );
}

/** The default loss for an output activation. */
export const lossFor = (output: Activation): losses.Loss =>
  Object.values(losses).find(({ fused }) => fused?.activation === output) ??
  losses.meanSquaredError;

/** A network as a file tells it. @throws ModelError where there is no such network. */
export const networkOf = (definition: NetworkDefinition, file: string): Network =>
  asNetwork(file, () => network(definition));

/** The same from JSON; without a loss, that which it was compiled with, or that of its output. */
export function networkOfDescription(
  said: Omit<NetworkDescription, 'loss'> & { readonly loss?: Described },
  own: Own,
  file: string,
  compiled?: Described,
): Network {
  assertFewLayers(said.layers, file);
  return asNetwork(file, () => {
    const { loss } = said;
    if (loss) return networkFrom({ ...said, loss }, own);
    const any = networkFrom({ ...said, loss: { kind: 'meanSquaredError' } }, own);
    const { input, layers, l2, l1 } = any;
    const { activation } = headOf(any);
    try {
      const asked = compiled && lossFrom(compiled);
      return network({ input, layers, loss: asked ?? lossFor(activation), l2, l1 });
    } catch {
      return network({ input, layers, loss: lossFor(activation), l2, l1 });
    }
  });
}

function asNetwork(file: string, make: () => Network): Network {
  try {
    return make();
  } catch (error) {
    if (error instanceof HandgradError) {
      throw new ModelError(`${file} is no network that handgrad has: ${error.message}`);
    }
    // JSON that is no description.
    if (!(error instanceof TypeError)) throw error;
    throw new ModelError(`${file} is no network that handgrad has: ${error.message}.`);
  }
}

function parsed(text: string, file: string): unknown {
  return parseJson(text, `${file} is damaged where it says its activations: it`, ModelError);
}

/** The loss, l2 and l1 of a description of either kind; none and 0 where there is none. */
export function parsedDescription(text: string | undefined, file: string) {
  const said = (text === undefined ? {} : parsed(text, file)) as {
    readonly loss?: unknown;
    readonly l2?: unknown;
    readonly l1?: unknown;
  };
  const { loss, l2, l1 } = said ?? {};
  const kind = typeof loss === 'string' ? { kind: loss } : (loss as Described | undefined);
  const lambda = (value: unknown) => (typeof value === 'number' ? value : 0);
  return { loss: kind, l2: lambda(l2), l1: lambda(l1) };
}

function parse(text: string, file: string): Description {
  const said = parsed(text, file) as Record<
    'activations' | 'loss' | 'l2' | 'l1' | 'card',
    unknown
  > | null;
  const named = <T extends { name: string }>(things: readonly T[], name: unknown): T => {
    const found = things.find((thing) => thing.name === name);
    if (found) return found;
    throw new ModelError(
      `${file} names ${JSON.stringify(name)}, which handgrad does not have. It has ${things.map(({ name }) => name).join(', ')}.`,
    );
  };
  const {
    activations: names,
    loss,
    l2,
    l1 = 0,
    card,
  } = said ?? ({} as Partial<NonNullable<typeof said>>);
  if (!Array.isArray(names)) throw new ModelError(`${file} names no list of activations.`);
  const lambda = (name: string, value: unknown): number => {
    if (typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY) return value;
    throw new ModelError(
      `${file} says an ${name} of ${JSON.stringify(value)}; expected a number from 0.`,
    );
  };
  return {
    activations: names.map((name) => named(Object.values(activations), name)),
    loss: named(Object.values(losses), loss),
    l2: lambda('l2', l2),
    l1: lambda('l1', l1),
    card: card === undefined ? undefined : parseCard(card, file),
  };
}
