import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { limits, Runner } from '../../scripts/fuzz/runner.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { kinds } from './kinds.js';

/*
 * Files made to take time, memory or the process, each read in a process of its own: an answer or a
 * sentence, within 2 s of the processor and 512 MB.
 */

const here = temporaryFolder();
const runner = new Runner();
afterAll(() => runner.stop());

test('the kinds are many, and each has its name', () => {
  expect(kinds.length).toBeGreaterThan(100);
  expect(new Set(kinds.map(({ name }) => name)).size).toBe(kinds.length);
});

test.each(kinds.map((kind) => [kind.name, kind] as const))('%s', async (name, kind) => {
  const made = await kind.make();
  const folder = join(here, String(kinds.indexOf(kind)));
  mkdirSync(folder);
  const isFile = made instanceof Uint8Array;
  for (const [file, bytes] of Object.entries(isFile ? { [kind.format]: made } : made)) {
    writeFileSync(join(folder, file), bytes);
  }
  if (kind.format.startsWith('train-')) {
    const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 0, 1);
    writeFileSync(join(folder, 'train-labels-idx1-ubyte'), labels);
  }
  const path = isFile ? join(folder, kind.format) : folder;
  const { fault, end, message, cpu, megabytes } = await runner.run({ format: kind.format, path });
  const [said] = message.split('\n');
  expect({
    name,
    fault,
    said: fault && said,
    cpu: fault && cpu,
    megabytes: fault && megabytes,
  }).toEqual({ name });
  expect(cpu).toBeLessThan(1000 * limits.seconds);
  expect(megabytes).toBeLessThan(limits.megabytes);
  if (kind.says) {
    expect(said).toMatch(kind.says);
    expect(end).toBe('refused');
  }
  if (end === 'refused') expect(said).not.toMatch(/\bat .*:\d+:\d+|TypeError|RangeError|undefined/);
});
