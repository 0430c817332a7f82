import { describe, expect, test } from '@jest/globals';
import { PNG } from 'pngjs';
import { ValueError } from '../../src/core/errors.js';
import type { PictureSet } from '../../src/data/pictureSet.js';
import { mislabelledGallery, pictureByIndex, pictureUri } from '../../src/report/pictures.js';

/** Pictures of 2 rows of 3 pixels, each of one byte throughout. */
const evenly = (bytes: readonly number[]): PictureSet => ({
  pictures: Uint8Array.from(bytes.flatMap((v) => new Array<number>(18).fill(v))),
  labels: Uint8Array.from(bytes, (_, i) => i % 2),
  m: bytes.length,
  height: 2,
  width: 3,
  channels: 3,
  classes: ['dog', 'cat'],
});
const decoded = (uri: string) => {
  const [kind, data] = uri.split(',');
  expect(kind).toBe('data:image/png;base64');
  return PNG.sync.read(Buffer.from(data, 'base64'));
};

test('a data URI is a PNG of the same bytes, wider than high', () => {
  const bytes = Uint8Array.from({ length: 18 }, (_, i) => 14 * i);
  const { width, height, data } = decoded(pictureUri(bytes, { height: 2, width: 3 }));
  expect([width, height]).toEqual([3, 2]);
  const pixels = Array.from({ length: 6 }, (_, i) => [...bytes.subarray(3 * i, 3 * i + 3), 255]);
  expect([...data]).toEqual(pixels.flat());
});

test('a grey byte is the same in all three colours', () => {
  const { data } = decoded(pictureUri(Uint8Array.of(3, 250), { height: 1, width: 2, channels: 1 }));
  expect([...data]).toEqual([3, 3, 3, 255, 250, 250, 250, 255]);
});

describe('a picture by its index', () => {
  const set = evenly([10, 20]);
  test('the bytes of that one', () => {
    expect(pictureByIndex(set, 1)).toEqual(new Uint8Array(18).fill(20));
  });
  test.each([2, -1, 0.5])('%p is past the end, or none', (index) => {
    expect(() => pictureByIndex(set, index)).toThrow(ValueError);
    expect(() => pictureByIndex(set, index)).toThrow(
      `There is no picture ${index}: the set has 2. Give an index from 0 to 1.`,
    );
  });
});

describe('the gallery of what is classified wrong', () => {
  // 100 training pictures, 0 … 198: their mean is 99, and none has any contrast.
  const train = evenly(Array.from({ length: 100 }, (_, i) => 2 * i));
  const test_ = evenly([1, 99, 198]);
  const gallery = (most?: number) =>
    mislabelledGallery({ train, test: test_ }, [0, 1, 2], [0.75, 0.25, 0.5001], most);

  test('each with its index, label, probability and measures, and what makes it hard', () => {
    const { title, pictures } = gallery();
    expect(title).toBe('The 3 of 3 test pictures that it gets wrong');
    expect(pictures.map(({ caption }) => caption)).toEqual([
      [
        '0: dog, p = 0.750',
        'brightness 1, contrast 0',
        'distance 98',
        'dark, like its background, far from the mean picture',
      ],
      ['1: cat, p = 0.250', 'brightness 99, contrast 0', 'distance 0', 'like its background'],
      [
        '2: dog, p = 0.500',
        'brightness 198, contrast 0',
        'distance 99',
        'bright, like its background, far from the mean picture',
      ],
    ]);
    expect(decoded(pictures[2].uri).data[0]).toBe(198);
  });

  test('of many the first', () => {
    const { title, pictures } = gallery(2);
    expect(title).toBe('The 3 of 3 test pictures that it gets wrong: the first 2');
    expect(pictures.map(({ alt }) => alt)).toEqual([
      'test picture 0, a dog',
      'test picture 1, a cat',
    ]);
  });
});
