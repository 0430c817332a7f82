import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { ValueError } from '../../src/core/errors.js';
import { gatherings } from '../../src/float64/gather.js';
import { input } from './cases.js';
import { holds } from './holds.js';

holds(gatherings);

test('an index out of range is an error that names it', () => {
  tf.tidy(() => {
    const x = input('x');
    const beyond = () => tf.gather(x, [0, 3]);
    expect(beyond).toThrow(ValueError);
    expect(beyond).toThrow('gather: index 3 is out of range, the axis has 3 elements.');
    expect(() => tf.gather(x, [-1])).toThrow('index -1');
    expect(() => tf.gatherND(x, tf.tensor2d([[0, 4]], [1, 2], 'int32'))).toThrow(
      'gatherND: index 4',
    );
    expect(() => tf.scatterND(tf.tensor2d([[5]], [1, 1], 'int32'), tf.tensor1d([1]), [3])).toThrow(
      'scatterND: index 5',
    );
    const segments = tf.tensor1d([0, 1, 2], 'int32');
    expect(() => tf.unsortedSegmentSum(x, segments, 2)).toThrow('unsortedSegmentSum: index 2');
  });
});
