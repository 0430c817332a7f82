import { writeInMemory } from '../data/hdf5Memory.js';
import type { DenseLayer } from './weights.js';

/*
 * Shared by the Keras formats. Keras stores samples as rows: its kernel is Wᵀ (n_prev, n_l), and its
 * bias is b as a vector (n_l).
 */

export const kernel = ({ W, units, nPrev }: DenseLayer): Float32Array => {
  const result = new Float32Array(W.length);
  for (let i = 0; i < units; i++) {
    for (let j = 0; j < nPrev; j++) result[j * units + i] = W[i * nPrev + j];
  }
  return result; // (n_prev, n_l)
};

/**
 * Keras 3's weights file in HDF5: layers/dense/vars/0 and 1 are kernel and bias, layers/dense_1 is the
 * next layer. Keras matches layers by order, not by name.
 *
 * Source: keras/src/saving/saving_lib.py, H5IOStore, of Keras 3.
 */
export const weightsH5 = (layers: readonly DenseLayer[]): Promise<Uint8Array> =>
  writeInMemory((file) => {
    const all = file.create_group('layers');
    for (const layer of layers) {
      const { l, units, nPrev, b } = layer;
      const vars = all.create_group(l === 1 ? 'dense' : `dense_${l - 1}`).create_group('vars');
      vars.create_dataset({ name: '0', data: kernel(layer), shape: [nPrev, units], dtype: '<f' });
      vars.create_dataset({ name: '1', data: b, shape: [units], dtype: '<f' });
    }
  });
