import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { firstMatch } from './firstMatch.js';
import { own, readKey } from './key.js';
import { compareWithDifferences } from './modules.js';

/*
 * The answer key itself is held against central differences that are taken here, by a loop of their
 * own: nothing of the oracle decides what is right.
 */

const key = readKey(own);
const names = Object.keys(key);

/*
 * Differences are good to about 1e-10. The smallest mistake here is off by 4e-3 of its gradient.
 */
const [right, wrong] = [1e-8, 1e-3];

describe('what the key calls wrong is wrong, and the rest is right', () => {
  test.each(names)('%s', async (name) => {
    const compared = await compareWithDifferences(name);
    const unclear = compared.filter(
      ({ error, scale }) => !(scale > 1e-3) || (error > right && error < wrong),
    );
    expect(unclear).toEqual([]);
    const found = compared.filter(({ error }) => error >= wrong).map(({ name }) => name);
    expect(found.sort()).toEqual([...key[name].wrong].sort());
  });
});

test('every module is in the key, and every kind is there right once and wrong at least three times', () => {
  const files = readdirSync(join(own, 'modules')).filter((file) => file.includes('__'));
  expect(files.sort()).toEqual(names.map((name) => `${name}.mjs`).sort());
  const kinds = new Set(names.map((name) => name.split('__')[0]));
  for (const kind of kinds) {
    const its = names.filter((name) => name.startsWith(`${kind}__`)).map((name) => key[name]);
    const wrong = its.filter((entry) => entry.wrong.length > 0);
    expect([kind, its.length - wrong.length, wrong.length >= 3]).toEqual([kind, 1, true]);
  }
  expect(names.length).toBeGreaterThanOrEqual(60);
});

describe('the expressions', () => {
  const unknown =
    'What is wrong with dW1 and db1 is unknown: none of the mistakes that are known here gives these numbers.';

  test.each(names.filter((name) => key[name].wrong.length > 0))('%s', (name) => {
    const { cause, say = [], never = [], place } = key[name];
    expect(place).not.toBe('');
    expect(firstMatch(say, cause)).toBeDefined();
    expect(firstMatch(never, cause)).toBeUndefined();
    expect(firstMatch(say, unknown)).toBeUndefined();
    expect(firstMatch(say, 'dW1 has the learning rate 0.01 in it.')).toBeUndefined();
    expect(firstMatch(never, 'dW1 has the learning rate 0.01 in it.')).toBeDefined();
  });

  const linesOf = (name: string) =>
    readFileSync(join(own, 'modules', `${name}.mjs`), 'utf8').split('\n');

  test.each(names.filter((name) => key[name].wrong.length > 0))(
    '%s: the lines that belong there explain it',
    (name) => {
      const { say = [], never = [] } = key[name];
      const wrong = new Set(linesOf(name));
      const lines = linesOf(`${name.split('__')[0]}__right`).filter((line) => !wrong.has(line));
      expect(firstMatch(say, lines.join('\n'))).toBeDefined();
      expect(firstMatch(never, lines.join('\n'))).toBeUndefined();
    },
  );
});
