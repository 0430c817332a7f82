import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { catSetIsIn, downloadCatSet } from '../../src/data/catSet.js';
import { cats, withCats } from '../support/needs.js';
import { type Served, serve } from '../support/serve.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const to = temporaryFolder();
let site: Served;
beforeAll(async () => {
  site = await serve(cats);
});
afterAll(() => site.close());

withCats.test('the cat set of the course has the sizes and hashes that are expected', async () => {
  await downloadCatSet({ to, from: site.url });
  expect(await catSetIsIn(to)).toBe(true);
  expect(readdirSync(to).sort()).toEqual(['test_catvnoncat.h5', 'train_catvnoncat.h5']);
  for (const name of readdirSync(to)) {
    expect(readFileSync(join(to, name)).equals(readFileSync(join(cats, name)))).toBe(true);
  }
});
