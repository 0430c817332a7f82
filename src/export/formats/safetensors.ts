import { parametersOf } from '../../core/parameters.js';
import { describe } from '../description.js';
import { fileFormat, noted } from '../format.js';
import { decodeTensors, encodeTensors } from '../tensorFile.js';
import { exported, fromMatrices, type StoredMatrix } from '../weights.js';

/**
 * safetensors: an eight-byte header length, a JSON header, and the tensors W1 (n_1, n_x), b1 (n_1, 1),
 * … contiguous in float32. The activations are in the header's metadata.
 *
 * Source: https://github.com/huggingface/safetensors#format
 */
export const safetensors = fileFormat({
  name: 'safetensors',
  title: 'safetensors, as Hugging Face keeps weights',
  extension: '.safetensors',
  encode: async ({ network, params, card }) => {
    const values = await exported(network, params);
    const tensors = Object.entries(parametersOf(network)).map(
      ([name, { shape }]) => [name, { shape, values: values[name] }] as const,
    );
    return encodeTensors(Object.fromEntries(tensors), { network: describe(network, card) });
  },
  decode: (bytes, given, file) => {
    const { tensors, metadata, hasDoubles } = decodeTensors(bytes, file);
    const matrices = new Map<string, StoredMatrix>(Object.entries(tensors));
    return noted(fromMatrices(matrices, metadata.network, given, file), hasDoubles);
  },
});
