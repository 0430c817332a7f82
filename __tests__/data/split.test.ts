import { describe, expect, test } from '@jest/globals';
import { ValueError } from '../../src/core/errors.js';
import { RandomState } from '../../src/core/random.js';
import { inMemory, type SampleSet } from '../../src/data/sampleSet.js';
import { splitSamples } from '../../src/data/split.js';

/** Samples whose one number is their place. */
function setOf(counts: readonly number[]): SampleSet {
  const labels = Int32Array.from(
    counts.flatMap((count, k) => Array.from({ length: count }, () => k)),
  );
  return inMemory(
    Float32Array.from(labels, (_, i) => i),
    {
      shape: [1],
      targets: { kind: 'classes', labels, classes: counts.map((_, k) => `class ${k}`) },
      origin: (i) => `row ${i}`,
    },
  );
}

const all = (set: SampleSet | undefined) =>
  set ? [...set.take(Array.from({ length: set.m }, (_, i) => i))] : [];
const counted = (set: SampleSet | undefined, k: number) =>
  Array.from({ length: k }, (_, label) =>
    set && set.targets.kind === 'classes'
      ? set.targets.labels.filter((other) => other === label).length
      : 0,
  );
const random = (seed = 1) => new RandomState(seed);

describe('splitSamples', () => {
  test('gives every sample to one part, with its target and origin', () => {
    const set = setOf([30, 20, 10]);
    const {
      train,
      validation,
      test: held,
    } = splitSamples(set, { test: 0.25, validation: 0.1, random: random() });
    expect([...all(train), ...all(validation), ...all(held)].sort((a, b) => a - b)).toEqual(
      all(set),
    );
    expect([train.m, validation!.m, held!.m]).toEqual([39, 6, 15]);
    for (const part of [train, validation!, held!]) {
      all(part).forEach((place, i) => {
        const label = place < 30 ? 0 : place < 50 ? 1 : 2;
        expect(part.targets).toMatchObject({ kind: 'classes' });
        expect(part.targets.kind === 'classes' && part.targets.labels[i]).toBe(label);
        expect(part.origin(i)).toBe(`row ${place}`);
      });
    }
  });

  // By hand: the shares' whole parts, then one more for the largest remainders.
  test.each([
    [[50, 30, 20], 0.2, [10, 6, 4]],
    [[57, 3], 0.2, [11, 1]], // 11.4, 0.6
    [[10, 10, 10], 0.25, [3, 3, 2]], // 2.5 each, 8 in all
    [[7, 7, 7, 7], 0.5, [4, 4, 3, 3]], // 3.5 each, 14 in all
    [[1, 99], 0.5, [0, 50]], // the one of class 0 trains
    [[2, 8], 0.9, [1, 7]], // every class keeps one: 9 are wanted, 8 can be had
  ])('of classes of %j takes for a share of %d: %j', (counts, share, expected) => {
    const { train, test: held } = splitSamples(setOf(counts), { test: share, random: random() });
    expect(counted(held, counts.length).sort()).toEqual([...expected].sort());
    expect(Math.min(...counted(train, counts.length))).toBeGreaterThan(0);
  });

  test('of numbers takes the share of all', () => {
    const targets = {
      kind: 'numbers',
      values: Float64Array.from({ length: 20 }, (_, i) => i / 2),
      names: ['a', 'b'],
    } as const;
    const set = inMemory(
      Float32Array.from({ length: 10 }, (_, i) => i),
      { shape: [1], targets, origin: String },
    );
    const { train, test: held } = splitSamples(set, { test: 0.3, random: random() });
    expect([train.m, held!.m]).toEqual([7, 3]);
    expect(held!.targets).toMatchObject({
      values: Float64Array.from(all(held).flatMap((i) => [i, i + 0.5])),
    });
  });

  test('is the same for a seed, and another for another', () => {
    const places = (seed: number) =>
      all(splitSamples(setOf([50, 50]), { random: random(seed) }).test);
    expect(places(3)).toEqual(places(3));
    expect(places(3)).not.toEqual(places(4));
    expect(places(3)).toHaveLength(20);
  });

  test('leaves out parts of no share', () => {
    const parts = splitSamples(setOf([5, 5]), { test: 0, random: random() });
    expect(Object.keys(parts)).toEqual(['train']);
    expect(parts.train.m).toBe(10);
  });

  test.each([
    [{ test: 1 }, /test is 1; give a share/],
    [{ test: -0.1 }, /test is -0.1/],
    [{ test: Number.NaN }, /test is NaN/],
    [{ validation: 5 }, /validation is 5/],
    [{ test: 0.01 }, /test is 0.01, which is no sample of 10/],
  ])('%j is refused', (shares, message) => {
    expect(() => splitSamples(setOf([5, 5]), { ...shares, random: random() })).toThrow(message);
    expect(() => splitSamples(setOf([5, 5]), { ...shares, random: random() })).toThrow(ValueError);
  });
});
