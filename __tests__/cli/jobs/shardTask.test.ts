import { expect, test } from '@jest/globals';
import type { Candidate } from '../../../src/cli/jobs/candidate.js';
import { shardPlacesIn } from '../../../src/cli/jobs/shardPlaces.js';
import { type ShardTask, shardResultFrom, shardTaskFrom } from '../../../src/cli/jobs/shardTask.js';
import { ValueError } from '../../../src/core/errors.js';
import { FolderStore } from '../../../src/jobs/folderStore.js';
import { throughJson } from '../../../src/jobs/kind.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';

const here = temporaryFolder();
const hash = 'd'.repeat(64);
const task: ShardTask = {
  ...{ data: { manifest: hash }, isCourse: false, sums: hash, backend: { name: 'cpu' } },
  candidate: {
    ...{ seed: 1, backend: 'cpu', checkpointEvery: 30, compile: true, check: false },
    activation: 'relu',
  } as Candidate,
  ...{ shards: 8, from: 2, to: 4, wants: 'gradients', step: hash },
};

test('a task comes out of JSON as it went in, and what is not asked for is left behind', () => {
  expect(shardTaskFrom(throughJson(task))).toEqual(task);
  expect(shardTaskFrom({ ...task, run: 'rm', candidate: { ...task.candidate, save: '/x' } })).toEqual(task); // biome-ignore format: one line
});

test.each<[string, object]>([
  ['The task.step is not a SHA-256', { step: '../x' }],
  ['The task.wants is not one of', { wants: 'constructor' }],
  ['The task.shards is not a whole number', { shards: 1e9 }],
  ['The task.from is not a whole number', { from: -1 }],
  ['The task: shards 4 to 2 of 8 are no part of a tree', { from: 4, to: 2 }],
  ['The task: shards 1 to 3 of 8 are no part of a tree', { from: 1, to: 3 }],
  ['The task: shards 8 to 16 of 8 are no part of a tree', { from: 8, to: 16 }],
  ['The task: shards 0 to 4 of 6 are no part of a tree', { shards: 6, from: 0, to: 4 }],
])('%s', (message, other) => {
  expect(() => shardTaskFrom({ ...task, ...other })).toThrow(ValueError);
  expect(() => shardTaskFrom({ ...task, ...other })).toThrow(message);
});

test('a result is a cost and a hash, each where it is there', () => {
  for (const result of [{}, { cost: 0.5 }, { cost: 0.5, sum: hash }, { sum: hash }]) {
    expect(shardResultFrom(throughJson(result))).toEqual(result);
  }
  expect(() => shardResultFrom({ cost: 'x' })).toThrow(ValueError);
  expect(() => shardResultFrom({ sum: 'x' })).toThrow(ValueError);
});

test('a task from elsewhere names no file of this machine', async () => {
  const places = shardPlacesIn(new FolderStore(here, 1e9), 'elsewhere');
  const named = { ...task, data: { path: '/etc/passwd' } };
  await expect(places(named, new AbortController().signal)).rejects.toThrow(
    'The task names a file of another machine',
  );
});
