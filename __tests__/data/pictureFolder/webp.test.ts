import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { squareOf } from '../../../src/data/pictureFolder/decode.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';

const folder = temporaryFolder();
const webp = (name: string) => {
  const path = join(folder, name);
  writeFileSync(path, Buffer.from('RIFF\x10\0\0\0WEBPVP8 whatever', 'latin1'));
  return path;
};

/** sharp as far as it is used: what it was asked for, and the pixels that it gives. */
const asked: [name: string, argument: unknown][] = [];
jest.unstable_mockModule(
  'sharp',
  () => ({
    default: (path: string) => {
      const chain: Record<string, (argument: unknown) => unknown> = {};
      for (const name of ['rotate', 'flatten', 'toColourspace', 'raw']) {
        chain[name] = (argument) => {
          asked.push([name, argument]);
          return chain;
        };
      }
      chain.toBuffer = async () => {
        if (path.includes('damaged')) throw new Error('corrupt header');
        return {
          data: Uint8Array.of(1, 2, 3, 40, 50, 60),
          info: { width: 2, height: 1, channels: 3 },
        };
      };
      return chain;
    },
  }),
  { virtual: true },
);

test('a WebP picture, whatever its ending, is read by sharp: upright, over white, in sRGB', async () => {
  const path = webp('picture.jpg');
  const data = await squareOf(path, { size: 1, grey: false });
  expect(data).toHaveLength(3);
  expect(asked).toEqual([
    ['rotate', undefined],
    ['flatten', { background: '#ffffff' }],
    ['toColourspace', 'srgb'],
    ['raw', undefined],
  ]);
  // the mean of the two pixels, by the filter within one
  [20.5, 26, 31.5].forEach((mean, c) => {
    expect(Math.abs(data[c] - mean)).toBeLessThanOrEqual(1);
  });
});

test('one that sharp cannot read is named', async () => {
  await expect(squareOf(webp('damaged.webp'), { size: 1, grey: false })).rejects.toThrow(
    /damaged\.webp is a WebP picture that cannot be read: corrupt header\. Save it anew/,
  );
});
