import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';

/**
 * The path of a new empty folder, there while the tests run and removed behind them. Call it where
 * tests are declared, not in one.
 */
export function temporaryFolder(): string {
  const path = join(tmpdir(), `handgrad-test-${randomUUID()}`);
  beforeAll(() => {
    mkdirSync(path);
  });
  afterAll(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}
