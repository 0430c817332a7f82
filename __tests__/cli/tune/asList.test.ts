import { describe, expect, test } from '@jest/globals';
import { Command, CommanderError } from 'commander';
import { define as defineTrain } from '../../../src/cli/commands/train.js';
import { define, type TuneOptions } from '../../../src/cli/commands/tune.js';
import { names } from '../../../src/cli/tune/words.js';

/** What a command line asks for. */
function asked(...args: string[]): TuneOptions {
  const command = define(new Command('tune'))
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .action(() => {});
  return command.parse(args, { from: 'user' }).opts();
}

test('every option of train is one of tune, but for those of a single run', () => {
  const flagsOf = (command: Command) => command.options.map(({ long }) => long);
  const ofTune = flagsOf(define(new Command('tune')));
  const missing = flagsOf(defineTrain(new Command('train'))).filter(
    (flag) => !ofTune.includes(flag),
  );
  const ofShards = ['--shards', '--sync-every'];
  expect(missing).toEqual(['--find-learning-rate', ...ofShards, '--no-check', '--plan']);
});

test('every hyperparameter takes a list', () => {
  const { options } = define(new Command('tune'));
  for (const name of names) {
    const { flags } = options.find((option) => option.attributeName() === name)!;
    expect(flags).toContain('…>');
  }
});

test('lists as they are typed', () => {
  expect(
    asked(
      ...['--learning-rate', '0.1,1e-3', '--layers', '32,16;64', '--activation', 'leaky-relu,tanh'],
      ...['--augment', 'none;flip;flip,shift', '--class-weight', 'none,balanced'],
      ...['--batch-size', '8', '--optimizer', 'adam,momentum', '--momentum', '0.8,0.9'],
    ),
  ).toMatchObject({
    learningRate: [0.1, 0.001],
    layers: [[32, 16], [64]],
    activation: ['leakyRelu', 'tanh'],
    augment: [null, ['flip'], ['flip', 'shift']],
    classWeight: [null, 'balanced'],
    batchSize: [8],
    optimizer: ['adam', 'momentum'],
    momentum: [0.8, 0.9],
  });
  expect(asked()).toMatchObject({
    activation: ['relu'],
    search: 'halving',
    seed: 1,
    compile: true,
  });
});

describe('refused', () => {
  test.each([
    [['--learning-rate', ''], 'Use a number above 0.'],
    [['--learning-rate', '0.1,'], 'Use a number above 0.'],
    [['--learning-rate', '0.1,0.10'], '0.1 stands there twice.'],
    [['--layers', ''], 'Use a whole number of at least 1.'],
    [['--layers', '32;'], 'Use a whole number of at least 1.'],
    [['--layers', 'none'], 'Use a whole number of at least 1.'],
    [['--optimizer', 'adam,sgd'], 'Choose from gradientDescent, '],
    [['--dropout', '0,1'], 'Use a number from 0 to below 1.'],
    [['--search', 'bayes'], 'Choose from grid, random, halving.'],
    [['--learning-rates', '0.1'], 'Did you mean --learning-rate?'],
    [
      ['--iterations', '9', '--batch-size', '8,16'],
      "cannot be used with option '--iterations <n>'",
    ],
  ])('%j', (args, message) => {
    expect(() => asked(...args)).toThrow(CommanderError);
    expect(() => asked(...args)).toThrow(message);
  });
});
