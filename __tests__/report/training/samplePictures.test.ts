import { expect, test } from '@jest/globals';
import { PNG } from 'pngjs';
import {
  arePictures,
  pictureUris,
  samplesAt,
} from '../../../src/report/training/samplePictures.js';
import { pictures } from './sets.js';

const decoded = (uri: string) => PNG.sync.read(Buffer.from(uri.split(',')[1], 'base64'));
const rgb = (uri: string) => [...decoded(uri).data].filter((_, i) => i % 4 < 3);
const grey = (uri: string) => rgb(uri).filter((_, i) => i % 3 === 0);

test('bytes are shown as they are, grey ones in all three colours', () => {
  const [colour] = pictureUris([Uint8Array.of(1, 2, 3, 250, 251, 252)], [1, 2, 3]);
  expect(rgb(colour)).toEqual([1, 2, 3, 250, 251, 252]);
  const [dark] = pictureUris([Uint8Array.of(7, 9)], [2, 1, 1]);
  expect(rgb(dark)).toEqual([7, 7, 7, 9, 9, 9]);
  expect([decoded(dark).width, decoded(dark).height]).toEqual([1, 2]);
});

test('numbers from 0 to 1 go from black to white, whatever of them is there', () => {
  const [first, second] = pictureUris(
    [Float32Array.of(0.2, 0.4), Float32Array.of(0.4, 0.6)],
    [1, 2, 1],
  );
  expect([grey(first), grey(second)]).toEqual([
    [51, 102],
    [102, 153],
  ]);
});

test('other numbers are scaled by the smallest and the largest of all', () => {
  const [first, second] = pictureUris([Float32Array.of(-2, 0), Float32Array.of(3, 2)], [1, 2, 1]);
  expect([grey(first), grey(second)]).toEqual([
    [0, 102],
    [255, 204],
  ]);
});

test('a large picture is made smaller, each pixel the mean of a square', () => {
  const [h, w] = [256, 130];
  const values = Float64Array.from({ length: h * w }, (_, i) => ((i % w) % 2) * 100);
  const [uri] = pictureUris([Uint8Array.from(values)], [h, w, 1]);
  const { width, height } = decoded(uri);
  expect([height, width]).toEqual([128, 65]);
  expect(new Set(grey(uri))).toEqual(new Set([50]));
});

test('samples are taken by index', () => {
  const set = pictures(4, 1, [0, 1, 2, 0]);
  expect(samplesAt(set, [2, 0]).map((bytes) => [...bytes])).toEqual([
    [2, 3, 4, 5],
    [0, 1, 2, 3],
  ]);
  expect(samplesAt(set, [])).toEqual([]);
});

test.each([
  [[8, 8, 1], true],
  [[8, 8, 3], true],
  [[8, 8, 2], false],
  [[64], false],
])('%j are pictures: %s', (shape, are) => {
  expect(arePictures(shape)).toBe(are);
});
