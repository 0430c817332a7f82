import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { RandomState } from '../../../src/core/random.js';
import { withNative } from '../../support/backends.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { handgrad, oneLine } from '../handgrad.js';

jest.setTimeout(300_000);
const here = temporaryFolder();
const path = (name: string) => join(here, name);

beforeAll(() => {
  const random = new RandomState(1);
  const rows = Array.from({ length: 300 }, (_, i) => {
    const [a, b] = random.randn(2);
    return `${a + (i % 3)},${b - (i % 3)},${'xyz'[i % 3]}`;
  });
  writeFileSync(path('table.csv'), ['a,b,kind', ...rows].join('\n'));
});

const all = ['--epochs', '6', '--dropout', '0.2', '--l2', '0.1', '--clip-norm', '1'];
const more = [...all, '--class-weight', 'balanced', '--schedule', 'cosine', '--no-check'];
const train = (name: string, how: readonly string[], circumstances = {}) =>
  handgrad(
    ['train', '--data', path('table.csv'), '--save', path(name), '--backend', 'cpu', ...how],
    circumstances,
  );

/** Model, weights, card with its history: all but the card's plain words, which name the folder. */
const filesOf = (name: string): unknown[] =>
  (readdirSync(path(name), { recursive: true }) as string[])
    .filter((file) => statSync(join(path(name), file)).isFile() && file !== 'README.md')
    .sort()
    .map((file) => [file, readFileSync(join(path(name), file), 'base64')]);
const words = (stderr: string) =>
  stderr.split('\n').filter((line) => !/^(Trained in|Saved:|Classify yours:|Run:)/.test(line));

test('in this process, and in 1, 2 and 3 others: the same words, model, weights, card and history', async () => {
  const once = await train('once', [...more, '--shards', '8']);
  expect(once.code).toBe(0);
  expect(once.stderr).toMatch(/^Plan: 8 shards$/m);
  for (const jobs of ['1', '2', '3']) {
    const { code, stderr } = await train(`jobs-${jobs}`, [...more, '--jobs', jobs]);
    expect([code, words(stderr)]).toEqual([0, words(once.stderr)]);
    expect(filesOf(`jobs-${jobs}`)).toEqual(filesOf('once'));
  }
  const rounds = [...more, '--sync-every', '2'];
  const averaged = await train('rounds', rounds);
  expect(averaged.stderr).toMatch(/^Algorithm: not steps on whole batches, but 2 of each shard/m);
  expect(averaged.stderr).toMatch(/^Plan: 8 shards, averaged every 2 steps$/m);
  expect((await train('rounds-2', [...rounds, '--jobs', '2'])).code).toBe(0);
  expect(filesOf('rounds-2')).toEqual(filesOf('rounds'));
  expect(filesOf('rounds')).not.toEqual(filesOf('once'));
  const other = await train('four', [...more, '--shards', '4']);
  expect(other.code).toBe(0);
  expect(filesOf('four')).not.toEqual(filesOf('once')); // the tree is another
});

/** A backend that records steps does so without dropout: a batch of 100, and a last one of 40, of other sizes in each shard. */
const recorded = async (backend: 'native' | 'wasm') => {
  const how = ['--epochs', '4', '--batch-size', '100', '--no-check', '--backend', backend];
  const once = await train(`${backend}-once`, [...how, '--shards', '8']);
  expect(once.code).toBe(0);
  for (const jobs of ['1', '2', '3']) {
    const name = `${backend}-${jobs}`;
    expect((await train(name, [...how, '--jobs', jobs])).code).toBe(0);
    expect(filesOf(name)).toEqual(filesOf(`${backend}-once`));
  }
};

test('recorded on WASM: the same bytes', () => recorded('wasm'));
withNative.test('recorded on native TensorFlow: the same bytes', () => recorded('native'));

test('killed with -9, with its shards in processes, it goes on from its checkpoint to the same bytes', async () => {
  const long = [...more, '--epochs', '60', '--no-early-stopping'];
  expect((await train('still', [...long, '--shards', '8'])).code).toBe(0);
  let isKilled = false;
  const killed = await train('killed', [...long, '--jobs', '2', '--checkpoint-every', '0.05'], {
    onStderr: (said: string, child: { kill(signal: string): boolean }) => {
      if (isKilled || !/^Cost after epoch 9:/m.test(said)) return;
      isKilled = child.kill('SIGKILL');
    },
  });
  expect(killed.code).toBeNull();
  expect(existsSync(join(path('killed'), 'checkpoint.safetensors'))).toBe(true);
  // With other hands than before: what is said of jobs is not of the run.
  const { code } = await handgrad(['train', '--resume', path('killed'), '--jobs', '1']);
  expect(code).toBe(0);
  expect(filesOf('killed')).toEqual(filesOf('still'));
});

test('stopped, it goes on in this process, where nothing else is asked for', async () => {
  const long = [...more, '--epochs', '60', '--no-early-stopping'];
  let isStopped = false;
  const stopped = await train('stopped', [...long, '--jobs', '2'], {
    onStderr: (said: string, child: { kill(signal: string): boolean }) => {
      if (!isStopped && /^Cost after epoch 3:/m.test(said)) isStopped = child.kill('SIGINT');
    },
  });
  expect(stopped.code).toBe(130);
  const { code, stderr } = await handgrad(['train', '--resume', path('stopped')]);
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^Plan: 8 shards$/m)]);
  expect(filesOf('stopped')).toEqual(filesOf('still'));
});

describe('what is refused', () => {
  test.each([
    [['--shards', '3'], 'a power of two'],
    [['--shards', '0'], 'a power of two'],
    [['--jobs', '0'], 'a whole number of at least 1'],
    [['--jobs', '2', '--redis'], "cannot be used with option '--redis"],
    [['--shards', '8', '--plan'], "option '--plan' cannot be used with option '--shards"],
    [['--jobs', '8', '--find-learning-rate'], "cannot be used with option '--jobs"],
  ])('%s: wrong usage', async (how, said) => {
    const { code, stderr } = await train('refused', how);
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
  });

  test('augmented pictures, and a run without shards that goes on with them', async () => {
    const pictures = await train('refused', ['--jobs', '2', '--augment', 'flip']);
    expect(oneLine(pictures)).toMatch(/^--augment changes the pictures in each epoch/);
    let isStopped = false;
    await train('plain', [...more, '--epochs', '5000', '--no-early-stopping'], {
      onStderr: (said: string, child: { kill(signal: string): boolean }) => {
        if (!isStopped && /^Plan:/m.test(said)) isStopped = child.kill('SIGINT');
      },
    });
    const resumed = await handgrad(['train', '--resume', path('plain'), '--jobs', '2']);
    expect(oneLine(resumed)).toMatch(/without shards\. Leave out --jobs\.$/);
    const cut = await handgrad(['train', '--resume', path('plain'), '--shards', '2']);
    expect(oneLine(cut)).toMatch(/Leave out --shards\.$/);
    expect(existsSync(path('refused'))).toBe(false);
  });
});
