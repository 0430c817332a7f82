import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { noChromium, startChromium } from '../support/chromium.js';
import { serve } from '../support/serve.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { visit } from './pages.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const outDir = temporaryFolder();
const run = (...command: string[]) =>
  spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8' });

/** What the command says of each row: its columns, the species, and how sure it is. */
function predicted(): Map<string, [species: string, probability: number]> {
  const model = join('examples', 'browser', 'public', 'penguins');
  const asked = ['predict', '--model', model, join('examples', 'penguins.csv'), '--json'];
  const { stdout } = run('--import', 'tsx', join('src', 'cli', 'main.ts'), ...asked);
  const list = JSON.parse(stdout) as {
    sample: string;
    prediction: string;
    probabilities: Record<string, number>;
  }[];
  return new Map(list.map(({ sample, prediction: is, probabilities }) => [sample, [is, probabilities[is]]])); // biome-ignore format: a line
}

async function ask(page: Page, [island, length, depth, flipper, mass]: readonly string[]) {
  await page.selectOption('[name=island]', island);
  const numbers = { beak_length: length, beak_depth: depth, flipper_length: flipper, mass };
  for (const [name, value] of Object.entries(numbers)) await page.fill(`[name=${name}]`, value);
  return (await page.locator('#answer').textContent())!;
}

test('examples/browser answers in Chromium as the command does', async () => {
  if (noChromium) throw new Error(noChromium);
  expect(run('--import', 'tsx', 'scripts/build.ts')).toMatchObject({ status: 0 });
  const config = ['--config', 'examples/browser/vite.config.ts', '--outDir', outDir];
  const vite = join('node_modules', 'vite', 'bin', 'vite.js');
  expect(run(vite, 'build', ...config, '--logLevel', 'error')).toMatchObject({ status: 0 });
  const said = predicted();
  const [site, browser] = await Promise.all([serve(outDir), startChromium()]);
  try {
    const { page, errors, outside } = await visit(browser, `${site.url}/index.html`);
    await page.waitForSelector('[name=mass]');
    const asked: Record<string, string[]> = {
      'row 2': rowOf(2),
      'row 3': rowOf(3),
      'row 4': rowOf(4),
      'row 13': rowOf(13), // its mass is missing
    };
    expect(asked['row 13'][4]).toBe('');
    for (const [row, cells] of Object.entries(asked)) {
      const [species, probability] = said.get(row)!;
      const answer = await ask(page, cells);
      expect(answer).toContain(`${species}, probability `);
      expect(Math.abs(Number(answer.split(' ').at(-1)) - probability)).toBeLessThan(0.000501);
    }
    expect(new Set([...said.values()].map(([species]) => species)).size).toBe(3);
    expect(errors).toEqual([]);
    expect(outside).toEqual([]);
  } finally {
    await browser.close();
    site.close();
  }
});

/** The cells of a line of the table; the first line names the columns. */
function rowOf(line: number): string[] {
  const text = readFileSync(join(root, 'examples', 'penguins.csv'), 'utf8');
  return text.split('\n')[line - 1].split(',');
}
