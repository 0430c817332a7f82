import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { handgrad, root, stackLines } from './handgrad.js';

describe('a command line that is wrong: exit 2, what is wrong, nothing on stdout', () => {
  test.concurrent.each([
    ['dance', /unknown command 'dance'/],
    ['train --dance', /unknown option '--dance'/],
    ['train --layers a,b', /'--layers <sizes>' argument 'a,b' is invalid\. Use a whole number/],
    ['train --iterations 0', /'--iterations <n>' argument '0' is invalid\. Use a whole number/],
    ['train --learning-rate -1', /'--learning-rate <rate>' argument '-1' .* a number above 0\./],
    ['train --activation nope', /'--activation <name>' argument 'nope' .* Choose from .*tanh, /],
    ['train --backend cuda', /Choose from auto, native, wasm, cpu/],
    ['predict --model models/cat', /missing required argument 'files'/],
    ['predict', /missing required argument 'files'/],
  ])('%s', async (line, message) => {
    const ended = await handgrad(line.split(' '));
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).toMatch(/\(use --help for usage\)\n$/);
    expect(stackLines(ended)).toEqual([]);
  });

  test.concurrent('nothing at all: the help, on stderr', async () => {
    const { code, stdout, stderr } = await handgrad([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    for (const command of ['train', 'predict', 'check', 'data', 'doctor', 'setup']) {
      expect(stderr).toMatch(new RegExp(`^  ${command} `, 'm'));
    }
  });
});

test.concurrent('--version prints that of package.json, exit 0', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(await handgrad(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test.concurrent('--help of a command goes to stdout, exit 0', async () => {
  const { code, stdout, stderr } = await handgrad(['train', '--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const option of [
    ...['--data <path>', '--layers <sizes>', '--activation <name>', '--iterations <n>'],
    ...['--learning-rate <rate>', '--seed <n>', '--backend <name>', '--save <folder>'],
    ...['--no-check', '--json'],
  ]) {
    expect(stdout).toContain(`  ${option} `);
  }
  expect(stdout).toMatch(/default: 20,7,5 for[\s\S]*default: relu\)[\s\S]*default: 2500 for/);
});
