import { ModelError } from '../../core/errors.js';
import { describe } from '../description.js';
import { fileFormat } from '../format.js';
import { readNpy, writeNpy } from '../npy.js';
import { denseLayers, fromMatrices, type StoredMatrix } from '../weights.js';
import { readZip, writeZip } from '../zip.js';

/**
 * The course's dictionary of parameters, for numpy: W1 (n_1, n_x), b1 (n_1, 1), W2, …, samples in
 * columns, and `network`, a string that says the activations. That is one entry and no more, so that
 * the course's `L = len(parameters) // 2` still counts the layers.
 *
 * Source: Course 1, week 4; numpy.savez.
 */
export const npz = fileFormat({
  name: 'npz',
  title: "numpy, with the course's names and samples in columns",
  extension: '.npz',
  encode: async ({ network, params, card }) => {
    const entries: Record<string, Uint8Array> = {};
    for (const { l, units, nPrev, W, b } of await denseLayers(network, params)) {
      entries[`W${l}.npy`] = writeNpy([units, nPrev], W);
      entries[`b${l}.npy`] = writeNpy([units, 1], b);
    }
    entries[`${description}.npy`] = writeNpy([], [describe(network, card)]);
    return writeZip(entries);
  },
  decode: (bytes, given, file) => {
    const matrices = new Map<string, StoredMatrix>();
    let said: string | undefined;
    for (const [entry, content] of readZip(bytes, file)) {
      const name = entry.replace(/\.npy$/, '');
      const { shape, values } = readNpy(content, `${name} in ${file}`);
      if (isNumbers(values)) matrices.set(name, { shape, values });
      else if (name === description && shape.length === 0) said = values[0];
      else
        throw new ModelError(`${name} in ${file} holds strings; expected numbers. Leave it out.`);
    }
    const doubles = [...matrices.values()].some(({ values }) => values instanceof Float64Array);
    return {
      ...fromMatrices(matrices, said, given, file),
      ...(doubles && { note: 'Its float64 numbers were rounded to float32.' }),
    };
  },
});

const description = 'network';

const isNumbers = (
  values: Float32Array | Float64Array | readonly string[],
): values is Float32Array | Float64Array => !Array.isArray(values);
