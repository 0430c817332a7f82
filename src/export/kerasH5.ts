import type { Dataset, Group } from 'h5wasm';
import { ModelError } from '../core/errors.js';
import type { Network } from '../core/network.js';
import { objectCounter, typeName, valuesIn } from '../data/hdf5Datasets.js';
import { readInMemory, writeInMemory } from '../data/hdf5Memory.js';
import { Budget } from '../files/bounds.js';
import type { Take } from './assembled.js';
import { pathsIn } from './kerasGraph.js';
import { type KerasNode, kerasNodes, weightsOf, written } from './kerasNodes.js';
import type { Values } from './layers/words.js';

/*
 * Keras 3's weights file in HDF5: layers/dense/vars/0 and 1 are kernel and bias, layers/dense_1 is the
 * next layer. Keras matches layers by class and order, not by name.
 *
 * Source: keras/src/saving/saving_lib.py, H5IOStore, of Keras 3.
 */

/** A weight's dataset in a layer: vars/0, or cell/vars/0. */
const datasetOf = (part: string | undefined, index: number) =>
  `${part ? `${part}/` : ''}vars/${index}`;

export const weightsH5 = (nodes: readonly KerasNode[], values: Values): Promise<Uint8Array> =>
  writeInMemory((file) => {
    file.create_group('layers');
    const paths = pathsIn('layers/');
    const groups = new Set<string>();
    const groupOf = (path: string) => {
      const names = path.split('/');
      for (let i = 1; i <= names.length; i++) {
        const group = names.slice(0, i).join('/');
        if (group !== 'layers' && !groups.has(group)) file.create_group(group);
        groups.add(group);
      }
      return file.get(path) as Group;
    };
    for (const node of nodes) {
      const path = paths(node.className);
      const counts: Record<string, number> = {};
      for (const weight of weightsOf(node)) {
        const part = weight.part ?? '';
        const index = counts[part] ?? 0;
        counts[part] = index + 1;
        const [group] = /^.*vars/.exec(`${path}/${datasetOf(part, index)}`)!;
        groupOf(group).create_dataset({
          ...{ name: String(index), data: written(node, weight, values) },
          ...{ shape: [...weight.shape], dtype: '<f' },
        });
      }
    }
  });

/** The layers of a network that have weights, with their places in the file. */
export function weightedOf(network: Network) {
  const paths = pathsIn('layers/');
  return kerasNodes(network, 'keras3')
    .map(({ name, className, leaf }) => ({ name, path: paths(className), leaf }))
    .filter(({ leaf }) => leaf);
}

/** The numbers of a weights file by their paths. @throws ModelError if it is none. */
export async function readWeightsH5(bytes: Uint8Array, file: string) {
  const stored = new Map<string, { shape: readonly number[]; values: Float32Array }>();
  try {
    const budget = new Budget(file, bytes.length, ModelError);
    const reading = { stored, budget, count: objectCounter(file, ModelError) };
    await readInMemory(bytes, (h5) => collect(h5 as unknown as Group, '', 0, reading));
  } catch (error) {
    if (error instanceof ModelError) throw error;
    throw new ModelError(`${file} is no HDF5 file, or damaged: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (![...stored.keys()].some((path) => path.startsWith('layers/'))) {
    throw new ModelError(
      `${file} holds no weights under layers/, where Keras 3 has them. Save the model as .keras by Keras 3.`,
    );
  }
  const left = new Set([...stored.keys()].filter((path) => !path.startsWith('optimizer/')));
  const take: Take = ({ name, path }, weight, index) => {
    const at = `${path}/${datasetOf(weight.part, index)}`;
    const found = stored.get(at);
    if (!found) throw new ModelError(`${file} has no ${at}, the ${weight.name} of layer ${name}.`);
    if (String(found.shape) !== String(weight.shape)) {
      throw new ModelError(
        `${file}: ${at}, the ${weight.name} of layer ${name}, is (${found.shape.join(', ')}), but its layer needs (${weight.shape.join(', ')}).`,
      );
    }
    left.delete(at);
    return found.values;
  };
  const assertAllRead = () => {
    // The state of a layer's random numbers is no weight.
    const extra = [...left].find((path) => !path.includes('seed_generator'));
    if (extra === undefined) return;
    throw new ModelError(`${file} holds ${extra}, which none of the layers takes.`);
  };
  return { take, assertAllRead };
}

interface Reading {
  readonly stored: Map<string, { shape: readonly number[]; values: Float32Array }>;
  readonly budget: Budget;
  readonly count: (depth: number) => void;
}

function collect(group: Group, path: string, depth: number, reading: Reading): void {
  for (const name of group.keys()) {
    reading.count(depth);
    const inside = group.get(name) as Group | Dataset | null;
    const at = path + name;
    if (inside && 'keys' in inside && typeof inside.keys === 'function') {
      collect(inside, `${at}/`, depth + 1, reading);
    } else if (
      inside &&
      'filters' in inside &&
      /^(big-endian )?(u?int|float)/.test(typeName(inside.dtype))
    ) {
      const value = valuesIn(inside, at, reading.budget);
      const isNumbers = ArrayBuffer.isView(value) && !(value instanceof BigInt64Array);
      if (!isNumbers) continue;
      const { shape } = inside;
      reading.stored.set(at, { shape: shape ?? [], values: Float32Array.from(value as never) });
    }
  }
}
