import { afterEach, expect, jest, test } from '@jest/globals';
import { print, printJson, say } from '../../src/cli/terminal.js';

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
