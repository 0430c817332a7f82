import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { assertReportFile, stoppedName, writeReport } from '../../src/cli/reportFile.js';
import { HandgradError } from '../../src/core/errors.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const here = temporaryFolder();
beforeAll(() => {
  writeFileSync(join(here, 'file'), '');
  writeFileSync(join(here, 'old.html'), 'old');
  mkdirSync(join(here, 'folder'));
});

describe('before the work', () => {
  test.each(['new.html', 'old.html', 'folder/new.html', 'not/yet/there/new.html'])(
    '%s can be written; nothing is left of the attempt',
    async (name) => {
      await assertReportFile(join(here, name));
      expect(readdirSync(here, { recursive: true }).sort()).toEqual(['file', 'folder', 'old.html']);
      expect(readFileSync(join(here, 'old.html'), 'utf8')).toBe('old');
    },
  );
  test.each([
    ['folder', /folder cannot be written: it is a folder\. Choose another path\./],
    ['file/new.html', /new\.html cannot be written: a file stands where a folder should\./],
  ])('%s cannot', async (name, message) => {
    const refused = assertReportFile(join(here, name));
    await expect(refused).rejects.toThrow(HandgradError);
    await expect(refused).rejects.toThrow(message);
  });
});

test('a report, in folders that it makes', async () => {
  const path = join(here, 'not', 'yet', 'page.html');
  await writeReport(path, '<p>');
  expect(readFileSync(path, 'utf8')).toBe('<p>');
  expect(readdirSync(join(here, 'not', 'yet'))).toEqual(['page.html']);
});

test.each([
  ['report/page.html', 'report/page-stopped.html'],
  ['a.b/page', 'a.b/page-stopped'],
])('%s of a run that was stopped is %s', (path, expected) => {
  expect(stoppedName(path)).toBe(expected);
});
