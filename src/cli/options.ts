import { InvalidArgumentError, Option } from 'commander';
import type { Activation } from '../core/activations.js';
import * as activations from '../core/activations.js';
import { backendNames } from '../runtime/backends.js';

/** Options that several commands share, and the words they are parsed from. */

export const jsonOption = () =>
  new Option('--json', 'print one JSON value on stdout, nothing else');

export const dataOption = () =>
  new Option(
    '--data <path>',
    'folder with a pair train*.h5 and test*.h5 in the layout of the cat set',
  );

export const layersOption = () =>
  new Option('--layers <sizes>', 'units of the hidden layers')
    .default([20, 7, 5], '20,7,5')
    .argParser(listOf(wholeNumber(1)));

export const activationOption = () =>
  new Option('--activation <name>', `of the hidden layers: ${hiddenNames}`)
    .default(activations.relu, 'relu')
    .argParser(activation);

export const seedOption = () =>
  new Option('--seed <n>', 'of the starting weights')
    .default(1)
    .argParser(wholeNumber(0, 2 ** 32 - 1));

export const backendOption = () =>
  new Option('--backend <name>', 'what runs TensorFlow').default('auto').choices(backendChoices);

export const backendChoices = ['auto', ...backendNames];

export const modelOption = () => new Option('--model <folder>', 'a model that train has saved');

export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most) {
      const to = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`;
      throw new InvalidArgumentError(`Give a whole number from ${least}${to}.`);
    }
    return value;
  };
}

export function numberAbove(least: number) {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value <= least) {
      throw new InvalidArgumentError(`Give a number above ${least}.`);
    }
    return value;
  };
}

/** One of several things by its name. */
export const nameOf =
  <T>(things: Readonly<Record<string, T>>) =>
  (text: string): T => {
    if (Object.hasOwn(things, text)) return things[text];
    throw new InvalidArgumentError(`Choose one of ${Object.keys(things).join(', ')}.`);
  };

/** The path of a file to write. */
export function fileName(text: string): string {
  if (text.trim() === '' || /[/\\]$/.test(text)) {
    throw new InvalidArgumentError('Give the path of a file.');
  }
  return text;
}

/** A path without the slashes at its end. */
export function folderName(text: string): string {
  const path = text.replace(/(?<=.)[/\\]+$/, '');
  if (path.trim() === '') throw new InvalidArgumentError('Give the path of a folder.');
  return path;
}

export const listOf =
  <T>(parse: (text: string) => T) =>
  (text: string): T[] =>
    text.split(',').map((part) => parse(part));

/** Softmax is for outputs. */
const hidden = Object.values(activations).filter((g) => g !== activations.softmax);
export const hiddenNames = hidden.map(({ name }) => name).join(', ');

/** Takes leakyRelu, leaky_relu and leaky-relu alike. */
export function activation(text: string): Activation {
  const plain = (name: string) => name.replace(/[-_]/g, '').toLowerCase();
  const found = hidden.find(({ name }) => plain(name) === plain(text));
  if (!found) throw new InvalidArgumentError(`Choose one of ${hiddenNames}.`);
  return found;
}
