import { afterEach, expect, jest, test } from '@jest/globals';
import {
  interruptible,
  print,
  printJson,
  progressBar,
  say,
  table,
} from '../../src/cli/terminal.js';

afterEach(() => {
  jest.restoreAllMocks();
});

/** What is written to a stream from now on. */
function written(stream: NodeJS.WriteStream): string[] {
  const texts: string[] = [];
  jest.spyOn(stream, 'write').mockImplementation((text) => texts.push(String(text)) > 0);
  return texts;
}

test('results go to stdout, words to stderr', () => {
  const [stdout, stderr] = [written(process.stdout), written(process.stderr)];
  say('words');
  print('result');
  printJson({ a: [1] });
  expect(stderr).toEqual(['words\n']);
  expect(stdout.join('')).toBe('result\n{\n  "a": [\n    1\n  ]\n}\n');
});

test('a table: text to the left, numbers to the right', () => {
  const rows = [
    ['name', 'value'],
    ['a', '1.5'],
    ['longer', '-2e-7'],
    ['b', '12.00 %'],
  ];
  expect(table(rows)).toBe(
    ['name    value', 'a           1.5', 'longer    -2e-7', 'b       12.00 %'].join('\n'),
  );
});

test('no bar where stderr is no terminal, only the lines', async () => {
  const stderr = written(process.stderr);
  const isTTY = process.stderr.isTTY;
  process.stderr.isTTY = false;
  const bar = await progressBar('{bar}', 10);
  bar.update(5);
  bar.say('half of it');
  bar.stop();
  process.stderr.isTTY = isTTY;
  expect(stderr).toEqual(['half of it\n']);
});

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
