import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import { readers } from '../../scripts/fuzz/readers.js';
import { Runner } from '../../scripts/fuzz/runner.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

/*
 * Each file with which `npm run fuzz` found a fault, read again: an answer or a sentence now.
 */

const corpus = fileURLToPath(new URL('../corpus', import.meta.url));
const here = temporaryFolder();
const runner = new Runner();
afterAll(() => runner.stop());

test.each(readdirSync(corpus))('%s', async (name) => {
  const folder = join(here, name);
  cpSync(join(corpus, name), folder, { recursive: true }); // the reader removes what it has read
  const format = Object.keys(readers).find((one) => name.startsWith(`${one}-`))!;
  const path = format === 'folder' ? folder : join(folder, format);
  expect((await runner.run({ format, path })).fault).toBeUndefined();
});
