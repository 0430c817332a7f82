import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { entriesOf } from '../../../../src/cli/grade/entries.js';
import { startGrader } from '../../../../src/cli/grade/grader.js';
import { needing, shared } from '../../../support/needs.js';

/* Hostile folders that are not ours to publish: nothing passes but the right files among them. */

const folders = join(shared, 'hostile', 'grade');

/** In 33-names every file is right; its names are what is hostile. */
const right =
  /^(15-copy-of-alice|15b)\/alice\.ts$|^18c\/[ac]\.ts$|^33-names\/|^44-ignored\/ok\.ts$/s;

needing('shared', existsSync(folders)).test(
  'the hostile folders',
  async () => {
    const passed: string[] = [];
    const said: string[] = [];
    const names = readdirSync(folders, { withFileTypes: true }).filter((one) => one.isDirectory());
    for (const { name } of names) {
      const folder = join(folders, name);
      const limits = { seconds: 8, memory: 700 };
      const { signal } = new AbortController();
      const grader = await startGrader(folder, limits, signal, { names: {} });
      for (const { file, refused } of await entriesOf(folder)) {
        if (refused) continue;
        const row = await grader.grade(file);
        if (row.passed && !right.test(`${name}/${file}`)) passed.push(`${name}/${file}`);
        if (!row.passed && !row.cause) said.push(`${name}/${file}`);
      }
      await grader.end();
    }
    expect(names.length).toBeGreaterThan(40);
    expect({ passed, said }).toEqual({ passed: [], said: [] });
  },
  900_000,
);
