import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type StartedGrader, startGrader } from '../../../../src/cli/grade/grader.js';
import { chooseIsolation } from '../../../../src/cli/grade/isolation/launch.js';
import { needing } from '../../../support/needs.js';
import { temporaryFolder } from '../../../support/temporaryFolder.js';
import { type Kind, kinds, right } from './kinds.js';

/*
 * Each hostile kind gets its one row, with a sentence and without a pass: with bubblewrap where it is
 * installed, and under Node's permission model.
 */

const folder = temporaryFolder();
const never = new AbortController().signal;

const tryAll = (isolation: 'bubblewrap' | 'permission') => () => {
  const graders: StartedGrader[] = [];
  afterAll(async () => {
    for (const grader of graders) await grader.end();
  });

  let made = 0;
  async function grade(source: string, { file = 'mine.mjs', slow = false }: Partial<Kind> = {}) {
    const own = join(folder, `${isolation}-${++made}`);
    mkdirSync(own);
    writeFileSync(join(own, file), source);
    const limits = { seconds: slow ? 4 : 60, memory: 500 };
    const grader = await startGrader(own, limits, never, { names: {} }, isolation);
    graders.push(grader);
    return grader.grade(file);
  }

  test('a right one passes', async () => {
    expect(await grade(right)).toMatchObject({ passed: true, right: 2, gradients: 2, isolation });
  }, 60_000);

  test.each(kinds.map((kind) => [kind.name, kind] as const))(
    '%s',
    async (_, kind) => {
      const row = await grade(kind.source, kind);
      expect(row).toMatchObject({ passed: false });
      expect(row.cause).toMatch(kind.cause);
      expect(row.cause!.length).toBeLessThan(2000);
    },
    90_000,
  );
};

needing('bubblewrap', chooseIsolation('auto') === 'bubblewrap').describe(
  'with bubblewrap',
  tryAll('bubblewrap'),
);
describe('with permission', tryAll('permission'));
