import { describe, expect, test } from '@jest/globals';
import { PNG } from 'pngjs';
import { RandomState } from '../../src/core/random.js';
import { encodePng } from '../../src/data/encodePng.js';

describe('a picture', () => {
  const random = new RandomState(3);
  const noise = (width: number, height: number) => ({
    data: Uint8Array.from(random.randint(0, 256, width * height * 3)),
    width,
    height,
  });

  test.each([
    [1, 1],
    [7, 3],
    [64, 64],
  ])('%i x %i: pngjs reads it', (width, height) => {
    const picture = noise(width, height);
    const { data, ...size } = PNG.sync.read(Buffer.from(encodePng(picture)));
    expect(size).toMatchObject({ width, height });
    expect([...data].filter((_, i) => i % 4 !== 3)).toEqual([...picture.data]);
    expect([...data].filter((_, i) => i % 4 === 3)).toEqual(Array(width * height).fill(255));
  });

  test('a slope is small', () => {
    const slope = new Uint8Array(100 * 100 * 3).map((_, i) => Math.floor(i / 300));
    expect(encodePng({ data: slope, width: 100, height: 100 }).length).toBeLessThan(1000);
  });
});
