import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { catSetIsIn, downloadCatSet } from '../../src/data/catSet.js';
import { cats, withCats } from '../support/needs.js';
import { serveFolder } from '../support/serveFolder.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const to = temporaryFolder();
const { asked, address } = serveFolder(cats);

withCats.test('the cat set of the course has the sizes and hashes that are expected', async () => {
  await downloadCatSet({ to, from: address() });
  expect(await catSetIsIn(to)).toBe(true);
  expect(asked).toEqual(['/train_catvnoncat.h5', '/test_catvnoncat.h5']);
  for (const name of readdirSync(to)) {
    expect(readFileSync(join(to, name)).equals(readFileSync(join(cats, name)))).toBe(true);
  }
});
