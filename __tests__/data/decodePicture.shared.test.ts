import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { decodePicture } from '../../src/data/decodePicture.js';
import { shared, withShared } from '../support/needs.js';

const path = (name: string) => join(shared, name);
const wanted = { width: 64, height: 64 };
const read = (name: string) => decodePicture(readFileSync(path(name)), name, wanted);

/** The means of red, green and blue. */
async function means(name: string): Promise<number[]> {
  const { data } = await read(`cases/pictures/${name}`);
  const sums = [0, 0, 0];
  for (const [i, byte] of data.entries()) sums[i % 3] += byte;
  return sums.map((sum) => (3 * sum) / data.length);
}

withShared.describe('pictures that other readers show', () => {
  // numpy.asarray(Image.open(file).convert('RGB')).mean((0, 1)) of Pillow 13.0.0
  test.each([
    ['bad-text-crc.png', [133.21561119, 123.75640648, 105.67466863]],
    ['cmyk-no-adobe.jpg', [133.21369661, 123.76097202, 105.65935199]],
    ['no-iend.png', [133.21561119, 123.75640648, 105.67466863]],
    ['rgb-ids-only.jpg', [133.21369661, 123.76097202, 105.65935199]],
    ['rst-twice-at-end.jpg', [133.18217968, 123.74064801, 105.71782032]],
  ])('%s', async (name, byPillow) => {
    for (const [c, mean] of (await means(name)).entries()) expect(mean).toBeCloseTo(byPillow[c], 6);
  });

  test('photo-8160x6144.jpg, decoded at a quarter', async () => {
    const byPillow = [133.23664914, 123.74012463, 105.70813762];
    const found = await means('photo-8160x6144.jpg');
    for (const [c, mean] of found.entries()) expect(Math.abs(mean - byPillow[c])).toBeLessThan(0.1);
  });

  test('grey16-dark.png', async () => {
    // numpy.floor(numpy.asarray(Image.open(file)) * (255 / 65535) + 0.5).mean(): Pillow keeps 16 bits.
    for (const mean of await means('grey16-dark.png')) expect(mean).toBeCloseTo(129.268483, 6);
  });

  test.each(['thin-1x50000000.png', 'scans-1000x1000-10000.jpg'])('%s is refused', async (name) => {
    await expect(read(`hostile/data/${name}`)).rejects.toThrow('is too large');
  });

  test('bomb-50MP-1bit.png is read reduced', async () => {
    expect(await read('hostile/data/bomb-50MP-1bit.png')).toMatchObject({ width: 1768 });
  });
});
