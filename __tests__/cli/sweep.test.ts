import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Command, CommanderError } from 'commander';
import { define } from '../../src/cli/commands/sweep.js';
import { faults } from '../report/markup.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { handgrad, oneLine, stackLines } from './handgrad.js';
import { writeTinySet } from './tinySet.js';

const here = temporaryFolder();
const cpu = ['--backend', 'cpu'];
const sweep = (line: string, more: string[] = [], circumstances = {}) =>
  handgrad(['sweep', ...line.split(' '), ...cpu, ...more], circumstances);

describe('a run to its end', () => {
  test.concurrent('--json: every candidate, the best first; one that diverged has no numbers', async () => {
    const html = join(here, 'made', 'page.html');
    const { code, stdout, stderr } = await sweep(
      '--set xor --learning-rates 1e30,0.5,0.001 --depths 1,2 --widths 4 --activation leakyRelu --iterations 250 --json',
      ['--html', html],
    );
    expect(code).toBe(0);
    const { results, ...rest } = JSON.parse(stdout);
    expect(rest).toEqual({ backend: 'cpu', data: 'xor', iterations: 250, seed: 1, report: html });
    expect(results).toHaveLength(6);
    expect(Object.keys(results[0])).toEqual([
      ...['learningRate', 'depth', 'width', 'activation', 'seconds'],
      ...['cost', 'trainAccuracy', 'testAccuracy'],
    ]);
    const accuracies = results.map(
      ({ testAccuracy }: { testAccuracy: number | null }) => testAccuracy,
    );
    expect(accuracies.slice(4)).toEqual([null, null]);
    expect(accuracies.slice(0, 4)).toEqual(
      accuracies.slice(0, 4).toSorted((a: number, b: number) => b - a),
    );
    // No line is right for much more than half of an exclusive or; a hidden layer is.
    expect(results[0]).toMatchObject({ learningRate: 0.5, activation: 'leakyRelu' });
    expect(results[0].testAccuracy).toBeGreaterThan(85);
    for (const result of results.slice(4)) {
      expect(result).toMatchObject({
        learningRate: 1e30,
        cost: null,
        diverged: expect.any(Number),
      });
    }
    expect(stderr).toMatch(/^Data: xor, 200 points to train and 200 others to test$/m);
    expect(stderr).toMatch(/^Learning rate 1e\+30, 2 × 4 leakyRelu: diverged at iteration \d+$/m);

    const page = readFileSync(html, 'utf8');
    expect(faults(page)).toEqual([]);
    expect(page).toContain('∞ diverged');
  });

  test.concurrent('a table on stdout, the page in report/, six classes behind a softmax', async () => {
    const cwd = join(here, 'blobs');
    mkdirSync(cwd);
    const { code, stdout } = await sweep(
      '--set blobs --learning-rates 0.1 --depths 1 --widths 8,1 --iterations 300',
      [],
      { cwd },
    );
    expect(code).toBe(0);
    const [head, best, worst, ...none] = stdout.trimEnd().split('\n');
    expect(head).toMatch(
      /^learning rate +layers +units +test +training +cost +activation +seconds$/,
    );
    expect(best).toMatch(/^ +0\.1 +1 +8 /);
    expect(worst).toMatch(/^ +0\.1 +1 +1 /);
    expect(none).toEqual([]);
    // The clouds of the points to test are those of the points to train: one would guess a sixth.
    const accuracy = (line: string) => Number(/([\d.]+) %/.exec(line)![1]);
    expect(accuracy(best)).toBeGreaterThan(75);
    expect(readdirSync(join(cwd, 'report'))).toEqual(['sweep.html']);
  });

  test.concurrent('pictures of one’s own', async () => {
    const data = await writeTinySet(folder('pictures'));
    const { code, stdout } = await sweep(
      '--learning-rates 0.1 --depths 1 --widths 5 --activation relu,tanh --iterations 200 --json',
      ['--data', data, '--html', join(here, 'pictures.html')],
    );
    expect(code).toBe(0);
    // The classes lie far apart: nothing less than all of them will do.
    const { results } = JSON.parse(stdout);
    expect(results.map(({ testAccuracy }: { testAccuracy: number }) => testAccuracy)).toEqual([
      100, 100,
    ]);
  });
});

test.concurrent('Ctrl-C keeps what is done, beside an older page, and says so', async () => {
  const html = join(folder('stopped'), 'page.html');
  writeFileSync(html, 'of a whole sweep');
  let isInterrupted = false;
  const ended = await sweep(
    '--learning-rates 1 --depths 3 --widths 2,100 --iterations 300 --json',
    ['--html', html],
    {
      onStderr: (stderr: string, child: { kill: (signal: 'SIGINT') => void }) => {
        if (isInterrupted || !stderr.includes('3 × 2 tanh: cost')) return;
        isInterrupted = true;
        child.kill('SIGINT');
      },
    },
  );
  expect(ended.code).toBe(130);
  expect(ended.stderr).toMatch(/^Stopped: 1 of 2 candidates are done, and kept\.$/m);
  expect(ended.stderr).toMatch(/Training was stopped at iteration \d+\.\n$/);
  expect(stackLines(ended)).toEqual([]);
  const { results, report } = JSON.parse(ended.stdout);
  expect(results).toEqual([expect.objectContaining({ depth: 3, width: 2 })]);
  expect(report).toBe(join(here, 'stopped', 'page-stopped.html'));
  expect(readFileSync(report, 'utf8')).toContain('1 of 2 candidates: stopped');
  expect(readFileSync(html, 'utf8')).toBe('of a whole sweep');
});

describe('a command line that is wrong', () => {
  test.each([
    [
      '--set petals',
      /Choose from flower, noisyCircles, noisyMoons, blobs, gaussianQuantiles, xor\./,
    ],
    ['--set xor --data .', /'--set <name>' cannot be used with option '--data <path>'/],
    ['--learning-rates 0.1,fast', /'0\.1,fast' is invalid\. Use a number above 0\./],
    ['--widths 4,0', /'4,0' is invalid\. Use a whole number of at least 1\./],
    ['--depths 0', /Use a whole number of at least 1\./],
    ['--activation softmax', /Choose from/],
    ['--html report/', /Use the path of a file\./],
  ])('%s', async (line, message) => {
    const command = define(new Command('sweep')).copyInheritedSettings(
      new Command().exitOverride(),
    );
    command.configureOutput({ writeErr: () => {} });
    const parsed = command.parseAsync(line.split(' '), { from: 'user' });
    await expect(parsed).rejects.toThrow(CommanderError);
    await expect(parsed).rejects.toThrow(message);
  });
});

test.concurrent('a place where the page cannot go: exit 1, before anything is trained', async () => {
  const file = join(here, 'a-file');
  writeFileSync(file, '');
  const said = oneLine(await sweep('--set xor', ['--html', join(file, 'page.html')]));
  expect(said).toBe(
    `${join(file, 'page.html')} cannot be written: a file stands where a folder should. Choose another folder.`,
  );
});

function folder(name: string): string {
  const path = join(here, name);
  mkdirSync(path);
  return path;
}
