import { expect, test } from '@jest/globals';
import { experimentKind } from '../../../src/cli/jobs/experiment.js';
import {
  type ExperimentTask,
  experimentProgressFrom,
  experimentResultFrom,
  experimentTaskFrom,
} from '../../../src/cli/jobs/experimentTask.js';
import { JobError, ValueError } from '../../../src/core/errors.js';
import { throughJson } from '../../../src/jobs/kind.js';
import { MemoryStore } from '../../../src/jobs/memoryStore.js';

const hash = 'c'.repeat(64);
const pictures = {
  ...{ data: { manifest: hash }, sums: hash, index: 3 },
  own: { name: 'cat.png', bytes: hash },
};
const task: ExperimentTask = {
  ...{ name: 'l-layer', backend: { name: 'native', threads: 1 } },
  pictures,
};

test('a task comes out of JSON as it went in', () => {
  expect(experimentTaskFrom(throughJson(task))).toEqual(task);
});

test.each<[string, object]>([
  ['The task.name is not one of planar, building-blocks', { name: '../../index' }],
  ['The task.backend.name is not one of', { backend: { name: 'constructor' } }],
  ['The task.pictures.sums is not a SHA-256', { pictures: { ...pictures, sums: '/etc' } }],
  ['The task.pictures.index is not a whole number', { pictures: { ...pictures, index: -1 } }],
  ['The task.pictures.own.bytes is not a SHA-256', { pictures: { ...pictures, own: { name: 'a', bytes: '..' } } }], // biome-ignore format: one line
])('%s', (sentence, more) => {
  expect(() => experimentTaskFrom({ ...task, ...more })).toThrow(ValueError);
  expect(() => experimentTaskFrom({ ...task, ...more })).toThrow(sentence);
});

const result = {
  found: {
    J: 0.5,
    costs: { 0: 0.7, 100: 0.1 },
    sums: [1, 2],
    lost: [Number.NaN],
    none: Number.NaN,
  },
  ...{ expected: { J: 0.5 }, passed: true, seconds: 1, blocks: hash },
};

test('a result too; what is no number is none behind JSON', () => {
  expect(experimentResultFrom(throughJson(result))).toEqual(result);
});

test.each<[string, object]>([
  ['The result.found.J is not a number', { found: { J: '<b>' } }],
  ['The result.found.J.a is not a number', { found: { J: { a: '<b>' } } }],
  ['The result.found.J[0] is not a number', { found: { J: [{}] } }],
  ['The result.passed is not one of true, false', { passed: 'true' }],
  ['The result.blocks is not a SHA-256', { blocks: [] }],
])('%s', (sentence, more) => {
  expect(() => experimentResultFrom(throughJson({ ...result, ...more }))).toThrow(sentence);
});

test('of how far it is', () => {
  expect(experimentProgressFrom({ share: 0.5 })).toEqual({ share: 0.5 });
  expect(() => experimentProgressFrom({ share: '1' })).toThrow(
    'The progress.share is not a number',
  );
});

const kind = experimentKind(() => Promise.reject(new JobError('none')));

test('what a task needs: the pictures by their list, the own one by its bytes', () => {
  expect(kind.needs(task)).toEqual({ blobs: [hash], manifests: [hash] });
  expect(kind.needs({ name: 'xor', backend: { name: 'wasm' } })).toEqual({
    blobs: [],
    manifests: [],
  });
  const here = { ...pictures, data: { path: '/data' }, own: undefined };
  expect(kind.needs({ ...task, pictures: here })).toEqual({ blobs: [], manifests: [] });
});

test('one that asks for pictures, and has none', async () => {
  const around = { store: new MemoryStore(), signal: new AbortController().signal, progress() {} };
  await expect(kind.run({ name: 'l-layer', backend: { name: 'cpu' } }, around)).rejects.toThrow(
    'The task of l-layer has no pictures.',
  );
});
