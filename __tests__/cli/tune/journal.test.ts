import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Journal } from '../../../src/cli/tune/journal.js';
import { ModelError } from '../../../src/core/errors.js';
import { hashOf } from '../../../src/jobs/store.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';

const here = temporaryFolder();
const bytes = new TextEncoder().encode('a state');
const hash = hashOf(bytes);

/** A journal over a list of states, one of which is there. */
function journalOf(name: string, states: string): Journal {
  const folder = join(here, name);
  mkdirSync(join(folder, 'tune'), { recursive: true });
  writeFileSync(join(folder, 'tune', hash), bytes);
  writeFileSync(join(folder, 'tune', 'states.jsonl'), states);
  return new Journal(folder, []);
}

const good = `[3,"${hash}"]\n`;

test('the last line of a candidate counts; one that was cut off, or whose state is gone, does not', () => {
  const gone = hashOf(new Uint8Array(1));
  const journal = journalOf('whole', `[3,"${gone}"]\n${good}[4,"${gone}"]\n[5,"${hash.slice(9)}`);
  expect([3, 4, 5].map((index) => journal.stateOf(index))).toEqual([hash, undefined, undefined]);
});

describe('a line that is damaged is named, with its file and the cure', () => {
  test.each([
    ['no JSON', '{"a'],
    ['empty', ''],
    ['another value', '3'],
    ['no hash', '[3,"../../etc"]'],
    ['no index', `["x","${hash}"]`],
    ['three of them', `[3,"${hash}",1]`],
  ])('%s', (name, line) => {
    const open = () => journalOf(name, `${good}${line}\n${good}`);
    expect(open).toThrow(ModelError);
    const file = join(here, name, 'tune', 'states.jsonl');
    expect(open).toThrow(`Line 2 of ${file} is damaged: `);
    expect(open).toThrow('Remove that line, and go on');
  });
});
