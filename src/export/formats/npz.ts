import { ModelError } from '../../core/errors.js';
import { parametersOf } from '../../core/parameters.js';
import { readNpy, writeNpy } from '../../files/npy.js';
import { readZip, writeZip } from '../../files/zip.js';
import { describe } from '../description.js';
import { fileFormat, noted } from '../format.js';
import { exported, fromMatrices, type StoredMatrix } from '../weights.js';

/**
 * The course's parameter dictionary for numpy: W1 (n_1, n_x), b1 (n_1, 1), W2, …, with samples as
 * columns, plus `network`, a JSON string with the activations and the loss. It is a single extra entry,
 * so the course's `L = len(parameters) // 2` still counts the layers. Other layers have theirs under
 * handgrad's names, gamma2, Wx3, W4.1, …, and the string then holds all layers.
 *
 * Source: Course 1, week 4; numpy.savez.
 */
export const npz = fileFormat({
  name: 'npz',
  title: "numpy, with the course's names and samples in columns",
  extension: '.npz',
  encode: async ({ network, params, card }) => {
    const entries: Record<string, Uint8Array> = {};
    const values = await exported(network, params);
    for (const [name, { shape }] of Object.entries(parametersOf(network))) {
      entries[`${name}.npy`] = writeNpy(shape, values[name]);
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
    return noted(fromMatrices(matrices, said, given, file), doubles);
  },
});

const description = 'network';

const isNumbers = (
  values: Float32Array | Float64Array | readonly string[],
): values is Float32Array | Float64Array => !Array.isArray(values);
