import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { type Picture, pictureToColumn, resizePicture } from '../../src/data/pictures.js';

function picture(
  width: number,
  height: number,
  colourAt: (x: number, y: number) => [number, number, number],
): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(colourAt(x, y), (y * width + x) * 3);
  }
  return { data, width, height };
}

beforeAll(() => tf.setBackend('cpu'));
afterAll(() => tf.removeBackend('cpu'));

describe('a resized picture', () => {
  test.each([
    [640, 480],
    [7, 1000],
    [64, 65],
    [1, 1],
    [30, 20],
  ])('of one colour stays of one colour: %i x %i', async (width, height) => {
    const { data, ...size } = await resizePicture(
      picture(width, height, () => [200, 100, 7]),
      64,
      64,
    );
    expect(size).toEqual({ width: 64, height: 64 });
    expect(data).toEqual(new Uint8Array(64 * 64 * 3).map((_, i) => [200, 100, 7][i % 3]));
  });

  test('of the right size is left as it is', async () => {
    const noise = picture(8, 4, (x, y) => [x * 31, y * 63, (x * y * 97) % 256]);
    expect(await resizePicture(noise, 8, 4)).toEqual(noise);
  });

  test('keeps a slope a slope, and knows width from height', async () => {
    // Red runs with x, green with y: the middle of pixel i of n is at (i + 0.5) / n.
    const slope = picture(512, 256, (x, y) => [Math.floor(x / 2), y, 128]);
    const { data } = await resizePicture(slope, 64, 32);
    for (let y = 2; y < 30; y++) {
      for (let x = 2; x < 62; x++) {
        const [red, green, blue] = data.subarray((y * 64 + x) * 3, (y * 64 + x) * 3 + 3);
        expect(Math.abs(red - (4 * (x + 0.5) - 0.75 + 0.5))).toBeLessThan(1);
        expect(Math.abs(green - (8 * (y + 0.5) - 0.5))).toBeLessThan(1);
        expect(blue).toBe(128);
      }
    }
  });

  test('is smoothed: stripes finer than a pixel become their mean', async () => {
    const stripes = picture(640, 640, (x) => (x % 2 ? [255, 255, 255] : [0, 0, 0]));
    const { data } = await resizePicture(stripes, 64, 64);
    const inner = [...data].filter(
      (_, i) => Math.floor(i / 3) % 64 > 2 && Math.floor(i / 3) % 64 < 61,
    );
    expect(Math.min(...inner)).toBeGreaterThanOrEqual(126);
    expect(Math.max(...inner)).toBeLessThanOrEqual(129);
  });

  test('is close to what Pillow makes of it', async () => {
    // Image.fromarray(a).resize((8, 8)) of Pillow 13.0.0 (bicubic), for the same a (40, 40, 3).
    const wave = picture(40, 40, (x, y) => [
      (x * x + 3 * y) % 256,
      (x * y) % 256,
      (5 * x + 7 * y * y) % 256,
    ]);
    const { data } = await resizePicture(wave, 8, 8);
    const off = PILLOW.map((byte, i) => Math.abs(byte - data[i]));
    expect(off.reduce((sum, d) => sum + d) / off.length).toBeLessThan(1);
    expect(Math.max(...off)).toBeLessThanOrEqual(4);
  });
});

test('a column is the picture flattened, in [0, 1], and one tensor', async () => {
  const before = tf.memory().numTensors;
  const X = await pictureToColumn(
    picture(2, 1, (x) => (x === 0 ? [0, 51, 102] : [153, 204, 255])),
    { height: 1, width: 2 },
  );
  expect(tf.memory().numTensors).toBe(before + 1);
  expect(X.shape).toEqual([6, 1]);
  expect([...X.dataSync()]).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1].map(Math.fround));
  X.dispose();

  const large = await pictureToColumn(
    picture(100, 50, () => [255, 0, 0]),
    { height: 4, width: 6 },
  );
  expect(large.shape).toEqual([72, 1]);
  large.dispose();
});

const PILLOW = [
  11, 4, 59, 55, 15, 81, 152, 25, 110, 105, 36, 124, 136, 47, 140, 121, 61, 156, 104, 78, 152, 134,
  89, 168, 26, 15, 127, 70, 47, 145, 167, 83, 147, 120, 120, 103, 146, 161, 118, 138, 165, 141, 121,
  140, 138, 116, 128, 117, 41, 25, 131, 87, 83, 123, 165, 149, 140, 107, 191, 130, 120, 124, 117,
  131, 95, 140, 138, 125, 152, 129, 138, 118, 56, 36, 152, 103, 120, 73, 172, 191, 51, 112, 93, 85,
  133, 113, 102, 114, 156, 129, 148, 120, 148, 134, 125, 159, 71, 47, 127, 121, 161, 108, 158, 124,
  102, 108, 113, 106, 140, 160, 137, 127, 103, 137, 109, 135, 133, 122, 122, 161, 86, 61, 122, 137,
  165, 106, 159, 95, 126, 112, 156, 137, 119, 103, 151, 142, 144, 131, 113, 117, 96, 138, 132, 117,
  101, 78, 116, 155, 139, 137, 139, 125, 136, 122, 120, 136, 129, 134, 106, 121, 117, 109, 134, 140,
  122, 113, 125, 118, 116, 89, 141, 170, 127, 165, 136, 138, 185, 128, 124, 205, 128, 121, 188, 125,
  131, 113, 150, 126, 25, 115, 121, 54,
];
