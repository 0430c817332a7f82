import { InvalidArgumentError, type Option } from 'commander';

/** What is a list itself stands between semicolons. */
const areLists: readonly string[] = ['layers', 'augment'];
/** What can be left out for a candidate, by the word none; of the others 0 does nothing. */
const mayBeNone: readonly string[] = ['augment', 'maxNorm', 'clipNorm', 'clipValue', 'classWeight'];
/** What is tried where nothing is asked for. */
const usualRates = [0.001, 0.003, 0.01, 0.03];

/** An option of `train` as one of `tune`: each of its values is a candidate's. */
export function asList(option: Option): Option {
  const name = option.attributeName();
  const between = areLists.includes(name) ? ';' : ',';
  const { parseArg, defaultValue, defaultValueDescription } = option;
  const value = (text: string): unknown =>
    mayBeNone.includes(name) && text.trim() === 'none' ? null : parseArg!(text, undefined);
  option.flags = option.flags.replace('>', `${between}…>`);
  if (mayBeNone.includes(name)) option.description += '; or none';
  if (defaultValue !== undefined) option.default([defaultValue], defaultValueDescription);
  if (name === 'learningRate') {
    option.description = 'α in W := W - α dW';
    option.default(usualRates, usualRates.join());
  }
  return option.argParser((text: string) => distinct(text.split(between).map(value)));
}

function distinct(values: readonly unknown[]): readonly unknown[] {
  const texts = values.map((value) => JSON.stringify(value));
  const twice = texts.find((text, i) => texts.indexOf(text) !== i);
  if (twice === undefined) return values;
  throw new InvalidArgumentError(`${twice} stands there twice.`);
}
