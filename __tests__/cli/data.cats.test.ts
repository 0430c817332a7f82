import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { cats, withCats } from '../support/needs.js';
import { type Served, serve } from '../support/serve.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { handgrad } from './handgrad.js';

const to = temporaryFolder();
let site: Served;
beforeAll(async () => {
  site = await serve(cats);
});
afterAll(() => site.close());

withCats.test(
  'the cat set lies in the folder, and the last line says how to train on it',
  async () => {
    const env = { HANDGRAD_DATA_URL: site.url };
    expect(await handgrad(['data', '--to', to], { env })).toEqual({
      code: 0,
      stdout: '',
      stderr: `Downloaded the cat data set to ${to}. Train on it: \`npm run handgrad -- train --data ${to}\`\n`,
    });
    expect(readdirSync(to).sort()).toEqual(['test_catvnoncat.h5', 'train_catvnoncat.h5']);
    for (const name of readdirSync(to)) {
      expect(readFileSync(join(to, name)).equals(readFileSync(join(cats, name)))).toBe(true);
    }
  },
);
