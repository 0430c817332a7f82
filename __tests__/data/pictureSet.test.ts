import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { type PictureSet, pictureAt, pictureSize, toMatrices } from '../../src/data/pictureSet.js';

// Two pictures of 1 x 2 pixels: a black and a white one, and one of six different bytes.
const set: PictureSet = {
  pictures: Uint8Array.of(0, 0, 0, 255, 255, 255, 51, 102, 153, 204, 1, 254),
  labels: Uint8Array.of(1, 0),
  m: 2,
  height: 1,
  width: 2,
  channels: 3,
  classes: ['other', 'cat'],
};

beforeAll(() => tf.setBackend('cpu'));
afterAll(() => tf.removeBackend('cpu'));

describe('a picture set', () => {
  test('knows the size of a picture and where it lies', () => {
    expect(pictureSize(set)).toBe(6);
    expect([...pictureAt(set, 1)]).toEqual([51, 102, 153, 204, 1, 254]);
  });

  test('becomes matrices with a sample in each column', () => {
    const { X, Y } = toMatrices(set);
    expect(X.shape).toEqual([6, 2]);
    expect(X.arraySync()).toEqual(
      [
        [0, 51 / 255],
        [0, 102 / 255],
        [0, 153 / 255],
        [1, 204 / 255],
        [1, 1 / 255],
        [1, 254 / 255],
      ].map((row) => row.map(Math.fround)),
    );
    expect(Y.arraySync()).toEqual([[1, 0]]);
  });

  test('makes two tensors and no more', () => {
    const before = tf.memory().numTensors;
    const { X, Y } = toMatrices(set);
    expect(tf.memory().numTensors).toBe(before + 2);
    tf.dispose([X, Y]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
