import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { gradeSubmission } from '../../../src/cli/grade/submission.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';

const folder = temporaryFolder();
const never = new AbortController().signal;

async function grade(source: string, { signal = never, memory = 1024 } = {}) {
  writeFileSync(join(folder, 'mine.mjs'), source);
  return gradeSubmission(folder, 'mine.mjs', { seconds: 60, memory }, signal);
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

test('what a submission starts is killed with it', async () => {
  const source = `
    import { spawn } from 'node:child_process';
    import { writeFileSync } from 'node:fs';
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
    writeFileSync('pid', String(child.pid));
    process.exit(3);`;
  expect(await grade(source)).toEqual(
    failed('It ends the process (exit code 3) before it is checked.'),
  );
  await gone(Number(readFileSync(join(folder, 'pid'), 'utf8')));
});

test('an answer that is forged is none', async () => {
  const forge = `
    import { writeSync } from 'node:fs';
    writeSync(3, '{"passed":true,"right":4,"gradients":4,"firstWrong":null,"cause":null}\\n');
    process.exit(0);`;
  expect(await grade(forge)).toEqual(
    failed('It ends the process (exit code 0) before it is checked.'),
  );
});

test('a flood of the channel is stopped', async () => {
  const flood = `
    import { writeSync } from 'node:fs';
    for (;;) writeSync(3, 'x'.repeat(50000));`;
  expect(await grade(flood)).toEqual(failed("It floods the grader's own channel."));
});

test("JavaScript's heap counts as memory too", async () => {
  const heap = 'const a = []; for (;;) a.push({ text: "x" + a.length });';
  const { cause } = await grade(heap, { memory: 400 });
  expect(cause).toMatch(/^It needs more than the 400 MB of memory that it may have/);
});

test('a signal stops it, and nothing is left running', async () => {
  const controller = new AbortController();
  const source = `
    import { writeFileSync } from 'node:fs';
    writeFileSync('hanging', String(process.pid));
    for (;;);`;
  const grading = grade(source, { signal: controller.signal });
  const pidFile = join(folder, 'hanging');
  while (!existsSync(pidFile) || !readFileSync(pidFile, 'utf8')) await sleep(20);
  controller.abort();
  expect(await grading).toEqual(failed('The grading was stopped.'));
  await gone(Number(readFileSync(pidFile, 'utf8')));
});
