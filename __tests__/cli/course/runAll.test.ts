import { expect, test } from '@jest/globals';
import type { CourseJobs, Planned } from '../../../src/cli/course/planned.js';
import { runAll } from '../../../src/cli/course/runAll.js';
import { AbortError, JobError } from '../../../src/core/errors.js';
import { lineChart, paragraph } from '../../../src/course/blocks.js';
import type { Experiment } from '../../../src/course/experiment.js';
import { MemoryStore } from '../../../src/jobs/memoryStore.js';
import type { Outcome, Runner } from '../../../src/jobs/runner.js';

const names = ['planar', 'xor', 'losses'] as const;
const planned = {
  chosen: names.map((name) => ({ name }) as Experiment),
  options: {},
} as unknown as Planned;
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** Jobs that end in this order, each with its outcome; then the run ends, or is stopped. */
async function jobsOf(order: readonly (readonly [number, unknown])[], stopped?: Error) {
  const store = new MemoryStore();
  const outcomes: [number, Outcome<unknown>][] = [];
  for (const [i, shown] of order) {
    const blocks = shown instanceof Error ? '' : await store.put(bytes(shown));
    const result = { found: { i }, expected: {}, passed: true, seconds: 1, blocks };
    outcomes.push([
      i,
      shown instanceof Error
        ? { status: 'failed', error: shown.message, attempts: 3 }
        : { status: 'done', result },
    ]);
  }
  const runner: Runner = {
    async run(_, __, { onDone }) {
      for (const [i, outcome] of outcomes) await onDone?.(i, outcome as never);
      if (stopped) throw stopped;
      return [];
    },
    close: async () => {},
  };
  return { runner, store, tasks: names.map(() => ({})) } as unknown as CourseJobs;
}
const { signal } = new AbortController();

test('in their order, whichever is done first, with what each shows', async () => {
  const jobs = await jobsOf([
    [2, [paragraph('of two')]],
    [0, []],
    [1, []],
  ]);
  const { runs, stopped } = await runAll(planned, jobs, signal);
  expect(stopped).toBeUndefined();
  expect(runs.map(({ experiment, found }) => [experiment.name, found])).toEqual([
    ['planar', { i: 0 }],
    ['xor', { i: 1 }],
    ['losses', { i: 2 }],
  ]);
  expect(runs[2].blocks.map(({ html }) => String(html))).toEqual(['<p>of two</p>']);
});

test('one that fails leaves the others alone, and is named', async () => {
  const jobs = await jobsOf([
    [0, []],
    [1, new Error('its process ended')],
    [2, []],
  ]);
  const { runs, stopped } = await runAll(planned, jobs, signal);
  expect(runs.map(({ experiment }) => experiment.name)).toEqual(['planar', 'losses']);
  expect(stopped).toBeInstanceOf(JobError);
  expect(stopped?.message).toBe('xor: its process ended');
});

test('a Ctrl-C keeps what is done', async () => {
  const jobs = await jobsOf([[1, []]], new AbortError('stop'));
  const { runs, stopped } = await runAll(planned, jobs, signal);
  expect(runs.map(({ experiment }) => experiment.name)).toEqual(['xor']);
  expect(stopped).toBeInstanceOf(AbortError);
  expect(stopped?.message).toBe('Stopped: 1 of 3 experiments are done, and kept.');
});

const empty = { title: 'a', alt: 'b', x: { title: 'x' }, y: { title: 'y' }, series: [] };
test.each([
  ['markup', [{ is: 'html', of: '<script>' }], 'xor: What it shows[0].is is not one of'],
  ['no list', 7, 'xor: What it shows is not a list'],
  ['what cannot be drawn', [lineChart(empty)], 'xor: lineChart: "a" has no points'],
])('%s of a worker is refused, and the others are kept', async (_, shown, sentence) => {
  const jobs = await jobsOf([
    [0, []],
    [1, shown],
    [2, []],
  ]);
  const { runs, stopped } = await runAll(planned, jobs, signal);
  expect(runs.map(({ experiment }) => experiment.name)).toEqual(['planar', 'losses']);
  expect(stopped).toBeInstanceOf(JobError);
  expect(stopped?.message).toContain(sentence);
});

test('what is no error of handgrad is a defect', async () => {
  const jobs = await jobsOf([], new TypeError('a defect'));
  await expect(runAll(planned, jobs, signal)).rejects.toThrow(TypeError);
});
