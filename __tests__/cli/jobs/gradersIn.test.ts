import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { chooseIsolation } from '../../../src/cli/grade/isolation/launch.js';
import { gradersIn } from '../../../src/cli/jobs/gradersIn.js';
import type { GradeTask } from '../../../src/cli/jobs/gradeTask.js';
import { gradingKindsIn } from '../../../src/cli/jobs/gradingKinds.js';
import { kindsIn } from '../../../src/cli/jobs/kinds.js';
import { JobError, ValueError } from '../../../src/core/errors.js';
import { FolderStore } from '../../../src/jobs/folderStore.js';
import { putListed } from '../../../src/jobs/manifest.js';
import { needing } from '../../support/needs.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';

const here = temporaryFolder();
const path = (name: string) => join(here, name);
const { signal } = new AbortController();
const most = { seconds: 60, memory: 700 };
let store: FolderStore;

const passes = `
  export const shapes = { x: ['N', 'D'] };
  export const forward = (tf, x) => ({ y: tf.square(x), cache: x });
  export const backward = (tf, dy, x) => ({ dx: tf.mul(2, tf.mul(x, dy)) });`;

beforeAll(() => {
  store = new FolderStore(path('store'), 1e9);
  mkdirSync(path('course/all'), { recursive: true });
  writeFileSync(path('course/all/mine.mjs'), passes);
  writeFileSync(path('secret.txt'), 'the exam');
});

async function taskOf(files: readonly string[], more: Partial<GradeTask> = {}): Promise<GradeTask> {
  const paths = files.map((file) => path(`course/${file}`));
  const manifest = await putListed(path('course'), paths, store);
  const limits = { seconds: 30, memory: 600 };
  return { file: files[0], files: { manifest }, allowed: [], names: {}, limits, ...more };
}

const grade = async (task: GradeTask) => {
  const graders = gradersIn(store, most);
  try {
    const grader = await graders.graderFor(task, signal);
    return await grader.grade(task.file.split('/').at(-1)!);
  } finally {
    await graders.end();
  }
};

test('a worker that trains knows no gradings, and one that grades knows nothing else', () => {
  const kinds = [...kindsIn(store, 'elsewhere').keys()];
  expect(kinds).toEqual(['trial', 'fold', 'shard', 'experiment', 'fingerprint']);
  expect([...gradingKindsIn(store, most).keys()]).toEqual(['grade', 'fingerprint']);
});

describe('a task from elsewhere names nothing of this machine', () => {
  test.each<[string, Partial<GradeTask>]>([
    ['the module', { file: '../../../secret.txt' }],
    ['a file of another folder', { file: '/etc/passwd' }],
    ['what it may import', { allowed: ['all/mine.mjs', '../../../secret.txt'] }],
    ['the reference', { reference: '../../../secret.txt' }],
    ['the package', { package: 'package.json' }],
  ])('%s', async (_, more) => {
    const grading = gradersIn(store, most).graderFor(await taskOf(['all/mine.mjs'], more), signal);
    await expect(grading).rejects.toThrow(ValueError);
    await expect(grading).rejects.toThrow('not among those it came with');
  });

  test('a path in place of a hash', async () => {
    const task = await taskOf(['all/mine.mjs'], { files: { path: path('course') } });
    await expect(gradersIn(store, most).graderFor(task, signal)).rejects.toThrow(ValueError);
  });
});

test.each([
  [{ seconds: 30, memory: 701 }, '701 MB of memory, and a worker gives 700: .*--memory'],
  [{ seconds: 61, memory: 700 }, '61 seconds, and a worker gives 60: .*--timeout'],
])('more than a worker gives, %p: refused', async (limits, says) => {
  const grading = gradersIn(store, most).graderFor(
    await taskOf(['all/mine.mjs'], { limits }),
    signal,
  );
  await expect(grading).rejects.toThrow(JobError);
  await expect(grading).rejects.toThrow(new RegExp(says));
});

needing('bubblewrap', chooseIsolation('auto') === 'bubblewrap').describe('in bubblewrap', () => {
  test('a module passes, held to a reference that came with it', async () => {
    writeFileSync(path('course/reference.mjs'), passes);
    const task = await taskOf(['all/mine.mjs', 'reference.mjs'], { reference: 'reference.mjs' });
    expect(await grade(task)).toMatchObject({
      ...{ file: 'mine.mjs', passed: true, isolation: 'bubblewrap' },
    });
  });

  test('a reference from elsewhere sees no file of this machine', async () => {
    const spies = `import { readFileSync } from 'node:fs'; readFileSync('${path('secret.txt')}');`;
    writeFileSync(path('course/spy.mjs'), `${spies}\n${passes}`);
    const task = await taskOf(['all/mine.mjs', 'spy.mjs'], { reference: 'spy.mjs' });
    await expect(gradersIn(store, most).graderFor(task, signal)).rejects.toThrow(
      /The reference cannot be checked\. .*ENOENT/,
    );
  });
});
