import { type Command, InvalidArgumentError, Option } from 'commander';
import { bytesIn } from '../files/size.js';
import { backendNames } from '../runtime/backendNames.js';
import { type ActivationName, hiddenActivationNames } from './names.js';

/** Options that several commands share, and how their arguments are parsed. */

/** The names of those that stand on the command line. */
export const givenOn = (command: Command): string[] =>
  Object.keys(command.opts()).filter((name) => command.getOptionValueSource(name) === 'cli');

export const jsonOption = () => new Option('--json', 'print the result as JSON');

export const forwardOption = () =>
  new Option('--forward <name>', 'of a Python file: the forward pass');

export const backwardOption = () =>
  new Option('--backward <name>', 'of a Python file: the backward pass');

export const costOption = () =>
  new Option('--cost <name>', 'of a Python file: the cost of what the forward pass returns');

export const pythonOption = () =>
  new Option('--python <path>', 'the Python that runs it, if not python3');

export const dataOption = () =>
  new Option('--data <path>', 'folder with train*.h5 and test*.h5, laid out as the cat data set');

export const layersOption = () =>
  new Option('--layers <sizes>', 'units in each hidden layer')
    .default([20, 7, 5], '20,7,5')
    .argParser(listOf(wholeNumber(1)));

export const activationOption = () =>
  new Option('--activation <name>', `hidden activation: ${hiddenActivationNames.join(', ')}`)
    .default('relu', 'relu')
    .argParser(activation);

export const seedOption = () =>
  new Option('--seed <n>', 'seed of the initial weights')
    .default(1)
    .argParser(wholeNumber(0, 2 ** 32 - 1));

export const backendChoices = ['auto', ...backendNames] as const;

export const backendOption = () =>
  new Option('--backend <name>', `TensorFlow.js backend: ${backendChoices.join(', ')}`)
    .default('auto', 'auto')
    .argParser(oneOf(backendChoices));

export const modelOption = () => new Option('--model <folder>', 'folder of a saved model');

export const reportOption = (flags: string, file: string) =>
  new Option(flags, 'where to write the report').default(file, file).argParser(fileName);

export function powerOfTwo(max: number) {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && value >= 1 && value <= max && Number.isInteger(Math.log2(value))) {
      return value;
    }
    throw new InvalidArgumentError(`Use a power of two up to ${max}: 1, 2, 4, 8, ….`);
  };
}

export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < min || value > max) {
      const range =
        max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
      throw new InvalidArgumentError(`Use a whole number ${range}.`);
    }
    return value;
  };
}

export function numberAbove(min: number) {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value <= min) {
      throw new InvalidArgumentError(`Use a number above ${min}.`);
    }
    return value;
  };
}

/** A number from min to below max. */
export function numberFrom(min: number, max = Number.POSITIVE_INFINITY) {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < min || value >= max) {
      const range =
        max === Number.POSITIVE_INFINITY ? `from ${min}` : `from ${min} to below ${max}`;
      throw new InvalidArgumentError(`Use a number ${range}.`);
    }
    return value;
  };
}

/** One of several names. */
export const oneOf =
  <Name extends string>(names: readonly Name[]) =>
  (text: string): Name => {
    const found = names.find((name) => name === text);
    if (found === undefined) throw new InvalidArgumentError(`Choose from ${names.join(', ')}.`);
    return found;
  };

/** The path of a file to write. */
export function fileName(text: string): string {
  if (text.trim() === '' || /[/\\]$/.test(text)) {
    throw new InvalidArgumentError('Use the path of a file.');
  }
  return text;
}

/** A path without the slashes at its end. */
export function folderName(text: string): string {
  const path = text.replace(/(?<=.)[/\\]+$/, '');
  if (path.trim() === '') throw new InvalidArgumentError('Use the path of a folder.');
  return path;
}

/** What keys begin with: letters that mean nothing to Redis and its tools. */
export function keyPrefix(text: string): string {
  if (!/^[\w.-]{1,100}$/.test(text)) {
    throw new InvalidArgumentError('Use letters, digits, points, hyphens and underscores.');
  }
  return text;
}

/** A number of bytes, such as 500MB or 4GiB. */
export function size(text: string): number {
  const bytes = bytesIn(text);
  if (bytes === undefined) throw new InvalidArgumentError('Use a size, such as 500MB or 4GiB.');
  return bytes;
}

export const listOf =
  <T>(parse: (text: string) => T) =>
  (text: string): T[] =>
    text.split(',').map((part) => parse(part));

/** Takes leakyRelu, leaky_relu and leaky-relu alike. */
export function activation(text: string): ActivationName {
  const plain = (name: string) => name.replace(/[-_]/g, '').toLowerCase();
  const found = hiddenActivationNames.find((name) => plain(name) === plain(text));
  return oneOf(hiddenActivationNames)(found ?? text);
}
