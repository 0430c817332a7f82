import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

/** A new empty folder, removed when the tests of the file are done. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'handgrad-test-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
