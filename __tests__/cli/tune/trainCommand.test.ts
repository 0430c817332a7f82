import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { Command } from 'commander';
import { define, type TrainOptions } from '../../../src/cli/commands/train.js';
import { trainCommand } from '../../../src/cli/tune/trainCommand.js';

/** A line as a shell and the command line read it. */
function read(line: string): TrainOptions {
  const words = execFileSync('sh', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' });
  const [name, ...args] = words.slice(0, -1).split('\n');
  expect(name).toBe('train');
  return define(new Command('train'))
    .action(() => {})
    .parse(args, { from: 'user' })
    .opts();
}

const usual = read('train');

test('what is usual is not said', () => {
  expect(trainCommand(usual)).toBe('train');
});

test('read again it is what it was made of', () => {
  const options: TrainOptions = {
    ...usual,
    ...{ data: "it's my data.csv", target: ['-y', 'the sum'], header: false, decimalComma: true },
    ...{ size: 32, grey: true, missing: 'median', test: 0.1, validation: 0.3, scale: 'standard' },
    ...{ augment: ['flip', 'shift'], network: 'conv', layers: [32, 16], activation: 'gelu' },
    ...{ dropout: 0.2, from: 'models/$HOME', freeze: 2, epochs: 12, batchSize: 8, patience: 4 },
    ...{ earlyStopping: false, optimizer: 'nesterov', learningRate: 1e-7, momentum: 0.8 },
    ...{ schedule: 'warmUp', l2: 0.5, l1: 0, maxNorm: 3, clipNorm: 1, clipValue: 2 },
    ...{ labelSmoothing: 0.1, classWeight: 'balanced', seed: 7, backend: 'cpu', compile: false },
  };
  expect(read(trainCommand(options))).toEqual(options);
  expect(read(trainCommand({ ...usual, header: true, iterations: 9 }))).toEqual({
    ...{ ...usual, header: true, iterations: 9 },
  });
});

test('where a search keeps its results is none of a run', () => {
  const options = { ...usual, save: 'models/tuned', check: false, checkpointEvery: 5 };
  expect(trainCommand(options)).toBe('train');
});
