import { describe, expect, test } from '@jest/globals';
import { type Dialect, numpy, tensorflow } from '../../../../src/oracle/diagnosis/code/dialect.js';

const written = (dialect: Dialect) => [
  dialect.binary('Multiply', 'a', 'b'),
  dialect.binary('RealDiv', 'a + b', 'N'),
  dialect.reduce('Sum', 'x', [0], true),
  dialect.reduce('Mean', 'x', [0, 2], false),
  dialect.reduce('Sum', 'x', [], false),
  dialect.matMul('a', 'b', true, false),
  dialect.matMul('a', 'b', false, true),
  dialect.transpose('dW'),
  dialect.unary('OneMinus', dialect.unary('Square', 'h')),
  dialect.squeeze('x', [1]),
  dialect.sqrt('N'),
];

describe('what is written is the language', () => {
  test('TensorFlow.js', () => {
    expect(written(tensorflow)).toEqual([
      'tf.mul(a, b)',
      'tf.div(a + b, N)',
      'tf.sum(x, 0, true)',
      'tf.mean(x, [0, 2])',
      'tf.sum(x)',
      'tf.matMul(a, b, true)',
      'tf.matMul(a, b, false, true)',
      'tf.transpose(dW)',
      'tf.sub(1, tf.square(h))',
      'tf.squeeze(x, [1])',
      'Math.sqrt(N)',
    ]);
  });

  test('NumPy', () => {
    expect(written(numpy)).toEqual([
      'a * b',
      '(a + b) / N',
      'np.sum(x, axis=0, keepdims=True)',
      'np.mean(x, axis=(0, 2))',
      'np.sum(x)',
      'a.T @ b',
      'a @ b.T',
      'dW.T',
      '(1 - (h**2))',
      'np.squeeze(x, axis=1)',
      'np.sqrt(N)',
    ]);
  });
});
