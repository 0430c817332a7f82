import { beforeEach, describe, expect, test } from '@jest/globals';
import { changes } from '../../../../src/oracle/diagnosis/code/changes/list.js';
import { slips } from '../../../../src/oracle/diagnosis/code/slips/list.js';
import { useBackend } from '../../../../src/runtime/backends.js';
import { corrected, explained, furthest } from './module.js';
import { changed, modules, type Planted, slipped } from './planted.js';

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

test.each(Object.keys(modules) as (keyof typeof modules)[])('%s is right', async (name) => {
  expect(await furthest(modules[name])).toBeLessThan(1e-9);
  expect(await explained(modules[name])).toEqual([]);
});

describe.each([...changed, ...slipped])('$module: $wrong ($kind)', (planted) => {
  const written = withMistake(planted);

  test('it is wrong, and explained', async () => {
    expect(await furthest(written)).toBeGreaterThan(1e-3);
    const causes = await explained(written);
    expect(causes).toHaveLength(1);
    const [{ id, where, sentence, correction }] = causes;
    expect({ id, where }).toEqual({ id: planted.id, where: planted.where });
    for (const words of planted.says) expect(sentence).toContain(words);
    if (planted.corrects) expect(correction).toBeDefined();
    if (correction === undefined) return;
    const mended = { ...written, source: corrected(written.source, [correction]) };
    expect(await furthest(mended)).toBeLessThan(1e-9);
  });

  test('and not so without that kind', async () => {
    const rest = {
      changes: changes.filter(({ name }) => name !== planted.kind),
      slips: slips.filter(({ name }) => name !== planted.kind),
    };
    const [cause] = await explained(written, rest);
    expect(cause?.sentence).not.toEqual((await explained(written))[0].sentence);
  });
});
