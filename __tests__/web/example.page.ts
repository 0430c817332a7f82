import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { noChromium, startChromium } from '../support/chromium.js';
import { serve } from '../support/serve.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { visit } from './pages.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const outDir = temporaryFolder();

test('examples/browser learns the exclusive or in Chromium', async () => {
  if (noChromium) throw new Error(noChromium);
  const run = (...command: string[]) =>
    spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8' });
  expect(run('--import', 'tsx', 'scripts/build.ts')).toMatchObject({ status: 0 });
  const config = ['--config', 'examples/browser/vite.config.ts', '--outDir', outDir];
  const vite = join('node_modules', 'vite', 'bin', 'vite.js');
  expect(run(vite, 'build', ...config, '--logLevel', 'error')).toMatchObject({ status: 0 });
  const [site, browser] = await Promise.all([serve(outDir), startChromium()]);
  try {
    const { page, errors, outside } = await visit(browser, `${site.url}/index.html`);
    await page.click('#train');
    await page.getByText('done').waitFor();
    const text = (await page.locator('#log').textContent())!;
    const answers = [...text.matchAll(/^(\d) xor (\d): 1 with probability (.*)$/gm)];
    expect(answers.map(([, a, b, p]) => [Number(a), Number(b), Math.round(Number(p))])).toEqual([
      [0, 0, 0],
      [0, 1, 1],
      [1, 0, 1],
      [1, 1, 0],
    ]);
    expect(errors).toEqual([]);
    expect(outside).toEqual([]);
  } finally {
    await browser.close();
    site.close();
  }
});
