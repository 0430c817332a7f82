import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { golden } from './support/goldens.js';

/*
 * The examples that learn from text, in their short forms: each of 50 costs is that of PyTorch in
 * double precision from the same start (scripts/goldens/text.py).
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const expected = golden<Record<'names' | 'gpt', number[]>>('text');

function run(example: string): string {
  const file = join('examples', example);
  const ran = spawnSync(process.execPath, ['--import', 'tsx', file, '--short'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(ran).toMatchObject({ status: 0, stderr: '' });
  return ran.stdout;
}

describe('examples that learn from text', () => {
  test.each(['names', 'gpt'] as const)('%s: 50 costs are those of PyTorch', (name) => {
    const text = run(`${name}.ts`);
    const costs = [...text.matchAll(/^epoch (\d+): cost (\d\.\d{6})$/gm)].map(([, , J]) =>
      Number(J),
    );
    expect(costs).toHaveLength(50);
    costs.forEach((J, t) => {
      expect(Math.abs(J - expected[name][t])).toBeLessThan(1e-4);
    });
    const [, last] = /^after \d+ s: cost (\d\.\d{6})/m.exec(text)!;
    expect(Number(last)).toBeLessThan(costs[0] / 2);
  });

  test('the list of names: each once, in order, of letters, and short enough', () => {
    const text = readFileSync(join(root, 'examples', 'dinosaurs.txt'), 'utf8');
    expect(text).toMatch(/^([a-z]{2,23}\n)+$/);
    const names = text.trim().split('\n');
    expect(names).toEqual([...new Set(names)].sort());
    expect(names.length).toBeGreaterThan(900);
  });
});
