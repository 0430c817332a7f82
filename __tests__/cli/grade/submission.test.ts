import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { gradeModule } from '../../../src/cli/grade/submission.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';

const folder = temporaryFolder();
const never = new AbortController().signal;

const passes = `
  export const shapes = { x: ['N', 'D'] };
  export const forward = (tf, x) => ({ y: tf.square(x), cache: x });
  export const backward = (tf, dy, x) => ({ dx: tf.mul(2, tf.mul(x, dy)) });`;

async function grade(source: string, { signal = never, memory = 1024 } = {}) {
  writeFileSync(join(folder, 'mine.mjs'), source);
  return gradeModule(folder, 'mine.mjs', { seconds: 60, memory }, signal, 'permission');
}

const failed = (cause: string) => ({
  file: 'mine.mjs',
  passed: false,
  right: null,
  gradients: null,
  firstWrong: null,
  cause,
});

/** Ends as soon as nobody has that process id; a test that waits in vain runs out of time. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await sleep(20);
  }
}

const childrenOf = (pid: number): number[] =>
  String(execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args=']))
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/))
    .filter(
      ([, parent, ...args]) => Number(parent) === pid && args.join(' ').includes('compute.js'),
    )
    .map(([own]) => Number(own));

describe('the environment', () => {
  afterEach(() => {
    delete process.env.HANDGRAD_SECRET;
  });

  test('a submission sees nothing of it but what a process needs', async () => {
    process.env.HANDGRAD_SECRET = 'a secret';
    const { cause } = await grade('throw new Error(Object.keys(process.env).sort().join(" "));');
    const allowed = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot'];
    const names = cause!.replace('mine.mjs cannot be loaded: ', '').split(/[ .(]/);
    expect(names).toContain('PATH');
    expect(names.filter((name) => /^[A-Z_]+$/.test(name) && !allowed.includes(name))).toEqual([]);
    expect(cause).not.toContain('SECRET');
  });
});

test("JavaScript's heap counts as memory too", async () => {
  const heap = 'const a = []; for (;;) a.push({ text: "x" + a.length });';
  const { cause } = await grade(heap, { memory: 400 });
  expect(cause).toMatch(/^It needs more than the 400 MB of memory that it may have/);
});

test('a signal stops it, and nothing is left running', async () => {
  const controller = new AbortController();
  const before = childrenOf(process.pid);
  const grading = grade('for (;;);', { signal: controller.signal });
  await sleep(1500);
  const [pid] = childrenOf(process.pid).filter((one) => !before.includes(one));
  controller.abort();
  expect(await grading).toEqual(failed('The grading was stopped.'));
  await gone(pid);
});

test('what is no file of its own and no TensorFlow.js is refused, and what is allowed is not', async () => {
  const helper = join(folder, 'helper.mjs');
  writeFileSync(helper, 'export const two = 2;');
  const source = `import { two } from './helper.mjs';\n${passes.replace('tf.mul(2,', 'tf.mul(two,')}`;
  expect((await grade(source)).cause).toContain(
    'it imports "./helper.mjs": a submission may import',
  );
  const limits = { seconds: 60, memory: 1024 };
  const allowed = { allowed: [helper] };
  const graded = await gradeModule(folder, 'mine.mjs', limits, never, 'permission', allowed);
  expect(graded).toMatchObject({ passed: true, right: 1, gradients: 1 });
});
