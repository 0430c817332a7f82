import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type Layer, pureLayer } from '../layer.js';
import { assertOptions } from '../options.js';
import { sumOfWindows } from '../pixels.js';
import { tensor } from '../tensors.js';
import { ontoChannels } from '../transposed.js';
import { type Axes, over, slidOver, windowOf } from '../window.js';
import type { PoolOptions } from './maxPool2d.js';

/**
 * Y[i, y, x, k] = 1/N[y, x] Σ X[i, y s + p, x s + q, k], over p < f_H and q < f_W (m, n_H, n_W, n_C)
 *
 * dX[i, y s + p, x s + q, k] = Σ dY[i, y, x, k] / N[y, x], over the windows that hold that pixel
 *
 * N (n_H, n_W) is the number of pixels in a window. Padding is not counted, in either direction.
 * Source: Course 4, week 1.
 *
 * @throws ValueError if an option is not what it should be. ShapeError if the window does not fit.
 */
export function averagePool2d(options: PoolOptions = {}): Layer {
  assertOptions('averagePool2d', options, { poolSize: true, strides: true, padding: true });
  const { poolSize = 2, strides = poolSize } = options;
  const window = windowOf('averagePool2d', { poolSize }, strides, options.padding);

  const layer: Layer<{ readonly X: Tensor }> = {
    kind: 'averagePool2d',
    config: { poolSize: window.size, strides: window.strides, padding: window.padding },
    output: (input) => [...slidOver(window, input, 'window'), input[2]],
    parameters: () => ({}),
    forward: (X) => {
      const axes = over(window, X.shape);
      const Y = tf.div(sumOfWindows(X, axes), pixelsIn(axes)); // (m, n_H, n_W, n_C)
      return { Y, cache: { X } };
    },
    backward: (dY, _, { X }) => {
      const axes = over(window, X.shape);
      const dX = () => {
        const shares = tf.div(dY, pixelsIn(axes)); // dY / N (m, n_H, n_W, n_C)
        return ontoChannels(shares, tf.ones([...window.size, X.shape[3]!, 1]), axes); // (m, n_H_prev, n_W_prev, n_C)
      };
      return { dX, grads: {} };
    },
  };
  return pureLayer(layer);
}

/** N (1, n_H, n_W, 1), or a number if it is the same everywhere. */
function pixelsIn([rows, columns]: Axes): Tensor | number {
  const [inRows, inColumns] = [rows, columns].map(({ n, f, s, out, before }) =>
    Array.from({ length: out }, (_, y) => {
      const start = y * s - before;
      return Math.min(n, start + f) - Math.max(0, start);
    }),
  );
  const N = inRows.flatMap((height) => inColumns.map((width) => height * width));
  const isSame = N.every((pixels) => pixels === N[0]);
  return isSame ? N[0] : tensor(N, [1, rows.out, columns.out, 1]);
}
