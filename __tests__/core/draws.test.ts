import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';

import { drawsOf } from '../../src/core/draws.js';
import { ShapeError } from '../../src/core/errors.js';
import type { Params } from '../../src/core/tensors.js';
import { anyBackend } from '../support/backends.js';

test('noise is there in the shape of X, or the message says what to give', async () => {
  await anyBackend();
  const X = tf.zeros([2, 3]);
  const U = tf.zeros([2, 3]);
  expect(drawsOf('dropout', X, { U }, ['U']).U).toBe(U);
  const others: (Params | undefined)[] = [undefined, {}, { V: U }];
  for (const noise of others) {
    expect(() => drawsOf('dropout', X, noise, ['U'])).toThrow(ShapeError);
    expect(() => drawsOf('dropout', X, noise, ['U'])).toThrow('dropout: noise.U is missing.');
  }
  const other = { U: tf.zeros([3, 2]) };
  expect(() => drawsOf('dropout', X, other, ['U'])).toThrow(
    'dropout: noise.U is (3, 2). To train,',
  );
  tf.dispose([X, U, other]);
});
