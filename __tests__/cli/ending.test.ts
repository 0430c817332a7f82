import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { interruptible } from '../../src/cli/ending.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { handgrad, root, stackLines } from './handgrad.js';
import { writeTinySet } from './tinySet.js';

const here = temporaryFolder();
beforeAll(() => writeTinySet(here));

test('Ctrl-C asks the work to stop; afterwards nobody listens', async () => {
  const listeners = process.listenerCount('SIGINT');
  let wasAborted = false;
  const answer = await interruptible(async (signal) => {
    process.emit('SIGINT');
    wasAborted = signal.aborted;
    return 'done';
  });
  expect([answer, wasAborted]).toEqual(['done', true]);
  await expect(interruptible(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(process.listenerCount('SIGINT')).toBe(listeners);
});

const longRun = (save: string) => [
  ...['train', '--data', here, '--backend', 'cpu', '--layers', '4', '--no-check'],
  ...['--iterations', '100000000', '--save', save],
];

describe('a signal keeps what is done, and ends with 128 and its number', () => {
  test.concurrent.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s: %d', async (signal, code) => {
    const save = join(here, signal);
    let isSent = false;
    const ended = await handgrad(longRun(save), {
      onStderr: (stderr, child) => {
        if (isSent || !stderr.includes('Cost after iteration 0:')) return;
        isSent = true;
        child.kill(signal);
      },
    });
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(`Saved: ${save}-stopped`);
    expect(stackLines(ended)).toEqual([]);
    expect(readdirSync(`${save}-stopped`).sort()).toEqual([
      ...['README.md', 'card.json', 'model.json', 'weights.bin'],
    ]);
  });
});

describe('a reader that closes early: no word, no stack trace', () => {
  /** The last of stderr, and the exit code of handgrad, with `reader` behind it. */
  const piped = async (args: readonly string[], pipe: string) => {
    const main = join(root, 'src', 'cli', 'main.ts');
    const command = `"$0" --import tsx "$@" ${pipe}; echo "exit \${PIPESTATUS[0]}" >&2`;
    const shell = spawn('bash', ['-c', command, process.execPath, main, ...args], {
      cwd: root,
      env: { ...process.env, HANDGRAD_DATA_URL: 'http://127.0.0.1:9/' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    shell.stderr.on('data', (text) => {
      stderr += text;
    });
    await new Promise((resolve) => shell.on('close', resolve));
    return stderr;
  };

  test.concurrent.each([
    ['--help', ['--help']],
    ['a command\u2019s help', ['train', '--help']],
    ['check', ['check', 'examples/check/right.ts', '--json']],
  ])('%s, stdout', async (_, args) => {
    expect(await piped(args, '| true')).toBe('exit 141\n');
  });

  test.concurrent('train, both: what is done is kept', async () => {
    const save = join(here, 'unread');
    expect(await piped(longRun(save), '2>&1 | head -2')).toBe('exit 141\n');
    expect(existsSync(join(`${save}-stopped`, 'model.json'))).toBe(true);
    const card = JSON.parse(readFileSync(join(`${save}-stopped`, 'card.json'), 'utf8'));
    expect(card.hyperparameters.iterations).toBeLessThan(100_000_000);
  });
});
