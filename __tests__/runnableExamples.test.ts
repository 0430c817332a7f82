import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { temporaryFolder } from './support/temporaryFolder.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = temporaryFolder();

function run(example: string, ...args: string[]): string {
  const file = join('examples', example);
  const ran = spawnSync(process.execPath, ['--import', 'tsx', file, ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(ran).toMatchObject({ status: 0, stderr: '' });
  return ran.stdout;
}

describe('examples/', () => {
  const readme = readFileSync(join(root, 'examples', 'README.md'), 'utf8');

  test('each is listed, and fits on two screens or three', () => {
    const files = readdirSync(join(root, 'examples')).filter((file) => file.endsWith('.ts'));
    for (const file of files) {
      expect(readme).toContain(`(${file})`);
      const text = readFileSync(join(root, 'examples', file), 'utf8');
      expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(120);
    }
  });

  test('own arrays: the cost falls, who slept and studied passes, and the model is saved', () => {
    const saved = join(folder, 'exam');
    const text = run('own-arrays.ts', saved);
    const number = (pattern: RegExp) => Number(pattern.exec(text)![1]);
    expect(number(/^cost at first (.*)$/m)).toBeGreaterThan(0.6); // about ln 2 where nothing is known
    expect(number(/^cost at the end (.*)$/m)).toBeLessThan(0.01);
    expect(number(/passes with probability (.*)$/m)).toBeGreaterThan(0.95);
    const loaded = number(/loaded, it says (.*)$/m);
    expect(loaded).toBe(number(/passes with probability (.*)$/m));
    expect(existsSync(join(saved, 'model.json'))).toBe(true);
  });

  test('a table: four penguins of five are named rightly, and the model takes the table’s own numbers', () => {
    const saved = join(folder, 'penguins');
    const text = run('table.ts', saved);
    expect(text).toContain('4 missing values become the median of the training rows');
    // A third are of each species. Half of the spread is wider than what lies between two of them.
    const [, percent, m] = /^(.*) % of (\d+) test penguins/m.exec(text)!;
    expect(Number(percent)).toBeGreaterThan(80);
    expect(m).toBe('24'); // 120 / 5
    const { modelTopology } = JSON.parse(readFileSync(join(saved, 'model.json'), 'utf8'));
    expect(JSON.stringify(modelTopology)).toContain('BatchNormalization'); // the scaling, in Keras’s words
  });

  test('photos: the cost falls, and a convolutional network tells discs, squares and stripes', () => {
    const text = run('photos.ts');
    const costs = [...text.matchAll(/^Epoch \d+\/12: cost (.*)$/gm)].map(([, J]) => Number(J));
    expect(costs).toHaveLength(12);
    expect(costs[11]).toBeLessThan(costs[0] / 4);
    const [, percent] = /^(.*) % of the test pictures/m.exec(text)!;
    expect(Number(percent)).toBeGreaterThan(80); // 33.3 % by chance
  }, 60_000);

  test('a checked layer: right, and then the 1/m that is missing', () => {
    const [right, wrong] = run('checked-layer.ts').split(/^(?=WRONG)/m);
    expect(right).toContain('RIGHT: all 4 gradients agree');
    expect(wrong).toContain('WRONG: dW1 and db1 (2 of 4 gradients).');
    expect(wrong.replace(/\s+/g, ' ')).toMatch(
      /5 times too large: the 1\/\S+ of the mean over the 5 samples/,
    );
  });

  test('digits, in short: the cost falls, and LeNet reads more than any linear classifier', () => {
    const text = run('digits.ts', '--short');
    const costs = [...text.matchAll(/^epoch \d+: cost before it (.*)$/gm)].map(([, J]) =>
      Number(J),
    );
    expect(costs).toHaveLength(4);
    expect(costs).toEqual([...costs].sort((a, b) => b - a));
    expect(costs[0]).toBeGreaterThan(2); // about ln 10 where nothing is known
    // 88 % is LeCun et al.'s linear classifier after all 60,000 digits (Proc. IEEE, 1998, figure 9).
    const [, percent, m] = /^(.*) % of (\d+) held-out digits/m.exec(text)!;
    expect(Number(percent)).toBeGreaterThan(88);
    expect(m).toBe('2000');
  }, 180_000);

  test('pictures, in short: the cost falls, and a residual network beats a dense one', () => {
    const text = run('pictures.ts', '--short');
    expect(text).toContain('pictures embedded');
    const costs = [...text.matchAll(/round \d: cost before it (.*)$/gm)].map(([, J]) => Number(J));
    expect(costs).toHaveLength(2);
    expect(costs[1]).toBeLessThan(costs[0] / 2);
    // The course's dense network tells 84 to 96 %, 88.8 % on average: docs/decisions/embedded-set.md.
    const [, percent, m] = /^(.*) % of (\d+) test pictures are told rightly/m.exec(text)!;
    expect(Number(percent)).toBeGreaterThan(88.8);
    expect(m).toBe('50');
  }, 180_000);
});
