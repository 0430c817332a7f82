import { beforeEach, describe, expect, test } from '@jest/globals';
import { changes } from '../../../../src/oracle/diagnosis/code/changes/list.js';
import { slips } from '../../../../src/oracle/diagnosis/code/slips/list.js';
import { useBackend } from '../../../../src/runtime/backends.js';
import { corrected, explained, furthest } from './module.js';
import { modules } from './modules.js';
import { changed, type Planted } from './planted.js';
import { slipped } from './plantedSlips.js';

/*
 * Modules as people write them, right and with a mistake planted: what explains it, and whether the
 * correction, put in the place of its line, makes every gradient right.
 */

beforeEach(() => useBackend('float64'));

const withMistake = ({ module, right, wrong }: Planted) => {
  const { source, ...more } = modules[module];
  expect(source.split(right)).toHaveLength(2);
  return { ...more, source: source.replace(right, () => wrong) };
};

/** Every kind of change and of slip but some. */
const but = (without: readonly string[] = []) => ({
  changes: changes.filter(({ name }) => !without.includes(name)),
  slips: slips.filter(({ name }) => !without.includes(name)),
});

test('every kind has a mistake planted that it explains', () => {
  const planted = (rows: readonly Planted[]) => new Set(rows.map(({ kind }) => kind));
  expect(planted(changed)).toEqual(new Set(changes.map(({ name }) => name)));
  expect(planted(slipped)).toEqual(new Set(slips.map(({ name }) => name)));
});

test.each(Object.keys(modules) as (keyof typeof modules)[])('%s is right', async (name) => {
  expect(await furthest(modules[name])).toBeLessThan(1e-9);
  expect(await explained(modules[name])).toEqual([]);
});

describe.each([...changed, ...slipped])('$module: $wrong ($kind)', (planted) => {
  const written = withMistake(planted);

  test('it is wrong, and explained', async () => {
    expect(await furthest(written)).toBeGreaterThan(1e-3);
    const causes = await explained(written, but(planted.without));
    expect(causes).toHaveLength(planted.causes ?? 1);
    const [{ id, where, sentence, correction }] = causes;
    expect({ id, where }).toEqual({ id: planted.id, where: planted.where });
    for (const words of planted.says) expect(sentence).toContain(words);
    expect(correction !== undefined).toBe(planted.corrects === true);
    if (correction === undefined) return;
    const mended = { ...written, source: corrected(written.source, [correction]) };
    expect(await furthest(mended)).toBeLessThan(1e-9);
  });

  test('and not so without that kind', async () => {
    const { kind, without = [] } = planted;
    const [cause] = await explained(written, but([...without, kind]));
    const [own] = await explained(written, but(without));
    expect(cause?.sentence).not.toEqual(own.sentence);
  });
});
