import type { Activation } from '../../core/activation.js';
import * as activations from '../../core/activations.js';
import { ModelError } from '../../core/errors.js';
import type { Described } from '../../core/kinds.js';
import type { Json, Shape } from '../../core/layer.js';
import { activationFrom } from './activationNames.js';

/** A layer of a Keras model, as its reader gets it. */
export interface KerasGiven {
  readonly className: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** The arguments of its call beside the inputs. */
  readonly call: Readonly<Record<string, unknown>>;
  /** The shape of a sample of its input. */
  readonly input: Shape;
  /** The layer before it, if it has the same shape of output. */
  readonly before?: Described;
  /** The first number of the Keras version. */
  readonly version: number;
}

/** @throws ModelError that names the layer. */
export function refuse({ name, className }: KerasGiven, what: string): never {
  throw new ModelError(`Layer ${name}, a ${className}, ${what}`);
}

/** A size. @throws ModelError if it is none. */
export function count(given: KerasGiven, option: string): number {
  const value = given.config[option];
  if (Number.isInteger(value) && (value as number) > 0) return value as number;
  throw new ModelError(
    `The size of layer ${given.name} is ${written(value)} in the model (its ${option}); expected a whole number from 1.`,
  );
}

/** A number. @throws ModelError if it is none. */
export function number(given: KerasGiven, option: string, otherwise?: number): number {
  const value = given.config[option] ?? otherwise;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return refuse(given, `has ${option} ${written(value)}; expected a number. Save the model again.`);
}

/** true or false. @throws ModelError if it is neither. */
export function flag(given: KerasGiven, option: string, otherwise: boolean): boolean {
  const value = given.config[option] ?? otherwise;
  if (typeof value === 'boolean') return value;
  return refuse(given, `has ${option} ${written(value)}; expected true or false.`);
}

/** Height and width. @throws ModelError if they are none. */
export function sides(given: KerasGiven, option: string, otherwise?: Json): [number, number] {
  const value = given.config[option] ?? otherwise;
  const both = Array.isArray(value) ? value : [value, value];
  const isSize = (side: unknown) => Number.isInteger(side) && (side as number) > 0;
  if (both.length === 2 && both.every(isSize)) return both as [number, number];
  return refuse(given, `has ${option} ${written(value)}; expected one or two whole numbers.`);
}

export function padding(given: KerasGiven): 'valid' | 'same' {
  const { padding = 'valid' } = given.config;
  if (padding === 'valid' || padding === 'same') return padding;
  return refuse(given, `has padding ${written(padding)}; handgrad has valid and same.`);
}

/**
 * Options that handgrad has not, and what they must be then: one of the values, or not there.
 *
 * @throws ModelError that names the option.
 */
export function only(
  given: KerasGiven,
  options: Readonly<Record<string, readonly unknown[]>>,
): void {
  for (const [option, values] of Object.entries(options)) {
    const value = given.config[option];
    if (value === undefined || value === null) continue;
    const [text, known] = [JSON.stringify(value), values.map((one) => JSON.stringify(one))];
    if (known.includes(text)) continue;
    refuse(given, `has ${option} ${text}; handgrad has ${option} ${known[0]} only.`);
  }
}

/** The `activation` option in handgrad's words. @throws ModelError */
export function activationOption(given: KerasGiven): Json {
  const { name, config, version } = given;
  const found = activationFrom(config.activation ?? 'linear', version);
  if (found) return found.config ? { kind: found.kind, config: found.config } : found.kind;
  return refuseActivation(name, config.activation);
}

export const written = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? 'missing').slice(0, 200);

export function refuseActivation(name: string, activation: unknown): never {
  throw new ModelError(
    `Layer ${name} has the activation ${written(activation)}, which handgrad does not have as it stands there. It has ${knownActivations().join(', ')}.`,
  );
}

const knownActivations = () => (Object.values(activations) as Activation[]).map(({ name }) => name);
