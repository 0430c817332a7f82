import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Command } from 'commander';
import { define, type TrainOptions } from '../../../src/cli/commands/train.js';
import { whatIsSought } from '../../../src/cli/jobs/howRun.js';
import { placesIn } from '../../../src/cli/jobs/place.js';
import {
  progressFrom,
  resultFrom,
  type TrialTask,
  taskFrom,
} from '../../../src/cli/jobs/trialTask.js';
import { ValueError } from '../../../src/core/errors.js';
import { FolderStore } from '../../../src/jobs/folderStore.js';
import { throughJson } from '../../../src/jobs/kind.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';

const here = temporaryFolder();
const hash = 'c'.repeat(64);

/** Every option that `train` has, as it is typed. */
const typed =
  '--target a,b --task regression --missing mean --leave-out c --decimal-comma --header --samples rows --size 8 ' +
  '--grey --skip-broken --test 0.1 --validation 0.3 --scale unit --augment flip,shift --network conv --layers 8,4 ' +
  '--activation tanh --dropout 0.2 --freeze 1 --epochs 5 --batch-size 4 --patience 3 --no-early-stopping ' +
  '--optimizer adamw --learning-rate 0.1 --momentum 0.5 --schedule cosine --weight-decay 0.1 --l2 0.1 --l1 0.1 ' +
  '--max-norm 2 --clip-norm 1 --clip-value 1 --label-smoothing 0.1 --class-weight balanced --seed 7 --backend cpu ' +
  '--checkpoint-every 5 --no-compile --no-check';
const { save, ...candidate } = whatIsSought(
  define(new Command('train'))
    .action(() => {})
    .parse(typed.split(' '), { from: 'user' })
    .opts<TrainOptions>(),
);
const task: TrialTask = {
  ...{ index: 1, budget: 9, candidate, isCourse: false, sums: hash, keeps: false, state: hash },
  ...{ data: { manifest: hash }, from: { path: '/models/cat' } },
  backend: { name: 'cpu', threads: 2 },
};

test('a task comes out of JSON as it went in, with every option that train has', () => {
  expect(Object.keys(candidate).length).toBeGreaterThan(38);
  expect(taskFrom(throughJson(task))).toEqual(task);
});

test.each<[string, object]>([
  ['The task.index is not a whole number', { index: -1 }],
  ['The task.sums is not a SHA-256', { sums: '../../etc/passwd' }],
  ['The task.state is not a SHA-256', { state: `${hash}/x` }],
  ['The task.backend.name is not one of', { backend: { name: 'constructor' } }],
  [
    'The task.candidate.layers is not a list',
    { candidate: { ...candidate, layers: { length: 1 } } },
  ],
  [
    'The task.candidate.activation is not one of',
    { candidate: { ...candidate, activation: 'eval' } },
  ],
  ['The task.candidate.dropout is not a number', { candidate: { ...candidate, dropout: '0.5' } }],
  ['The task.data.path is not a text', { data: { path: ['/'] } }],
])('%s', (message, other) => {
  expect(() => taskFrom({ ...task, ...other })).toThrow(ValueError);
  expect(() => taskFrom({ ...task, ...other })).toThrow(message);
});

test('what is not asked for is left behind', () => {
  const more = { ...task, run: 'rm', candidate: { ...candidate, save: '/tmp/x' } };
  expect(taskFrom(more)).toEqual(task);
});

test('a result comes through JSON with its NaN', () => {
  const result = {
    ...{
      index: 0,
      budget: 3,
      done: 2,
      metrics: { accuracy: 90, auc: Number.NaN },
      score: [90, -0.1],
    },
    ...{
      curve: [
        [1, 0.5],
        [2, 0.25],
      ] as const,
      seconds: 0.5,
      state: hash,
    },
  };
  expect(resultFrom(throughJson(result))).toEqual(result);
  expect(() => resultFrom({ ...result, metrics: {}, curve: [[1, 'x']] })).toThrow(
    'The result.curve[0]',
  );
  expect(() => resultFrom({ ...result, metrics: { accuracy: 'x' } })).toThrow(
    'The result.metrics.accuracy',
  );
  expect(progressFrom({ done: 3 })).toEqual({ done: 3 });
});

test('a task from elsewhere that names a file of this machine is refused', async () => {
  const store = new FolderStore(join(here, 'cache'));
  const { signal } = new AbortController();
  for (const source of [{ data: { path: '/etc/passwd' }, from: undefined }, { data: undefined }]) {
    const placed = placesIn(store, 'elsewhere')({ ...task, ...source }, signal);
    await expect(placed).rejects.toThrow('names a file of another machine');
  }
});
