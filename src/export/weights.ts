import { ModelError, ShapeError } from '../core/errors.js';
import { sizeOf } from '../core/layer.js';
import { dense } from '../core/layers.js';
import { checkParameters, type Network } from '../core/network.js';
import { parametersOf } from '../core/parameters.js';
import type { Params } from '../core/tensors.js';
import { assertFinite, tensorsOf } from './assembled.js';
import {
  assertNotGiven,
  fullDescription,
  type LoadOptions,
  networkOf,
  networkOfDescription,
  readDescription,
} from './description.js';
import { inCourseLayout, type StoredMatrix } from './foreignNames.js';

export type { StoredMatrix } from './foreignNames.js';

import type { Loaded } from './format.js';
import type { Values } from './layers/words.js';

/*
 * A network's weights outside TensorFlow.js, which the file formats read and write.
 */

/**
 * The parameters by name, in float32. Reads the parameters; they stay the caller's.
 *
 * @throws ModelError where the parameters do not fit the network, or are too many for a file.
 */
export async function exported(network: Network, params: Params): Promise<Values> {
  assertSize(network);
  return readParameters(network, params);
}

/**
 * The same for a format without a limit.
 *
 * @throws ModelError where they do not fit the network, or are no numbers.
 */
export async function readParameters(network: Network, params: Params): Promise<Values> {
  try {
    checkParameters(network, params);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new ModelError(`The model cannot be saved. ${error.message}`, { cause: error });
  }
  // All at once: an update may replace the parameters while they are read.
  const read = Object.keys(parametersOf(network)).map(
    async (name) => [name, Float32Array.from(await params[name].data())] as const,
  );
  const values = await Promise.all(read);
  for (const [name, numbers] of values)
    assertFinite(name, numbers, 'The model cannot be saved: it');
  return Object.fromEntries(values);
}

const maxBytes = 2 ** 31 - 1;

function assertSize(network: Network): void {
  const shapes = Object.values(parametersOf(network)).map(({ shape }) => shape);
  const weights = shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
  if (4 * weights <= maxBytes) return;
  throw new ModelError(
    `The network has ${weights} weights, ${4 * weights} bytes; a file of weights ends at 2 GiB. Save it by \`handgrad train --save\`.`,
  );
}
type Stored = ReadonlyMap<string, StoredMatrix>;

/**
 * The network with the parameters of a file; doubles are rounded to float32. What the file says of its
 * network counts; where it says nothing, it is the network given, or dense layers W1, b1, …, WL, bL, as
 * the course, PyTorch, Keras or scikit-learn name them. The caller owns the parameters.
 *
 * @param description the output of `describe`, if the file contains it.
 * @throws ModelError if a parameter is missing or unexpected, if shapes do not fit together, or if a
 * value is not finite.
 */
export function fromMatrices(
  stored: Stored,
  description: string | undefined,
  given: LoadOptions,
  file: string,
): Loaded {
  const said = fullDescription(description, file);
  if (said) {
    assertNotGiven(description, given, file);
    const network = networkOfDescription(said, given.layers ?? {}, file);
    return { ...loaded(network, exactly(network, stored, file), file), card: said.card };
  }
  if (description === undefined && given.network) {
    const { network } = given;
    return loaded(network, exactly(network, stored, file), file);
  }
  const { matrices, note } = inCourseLayout(stored, file);
  const L = countLayers(matrices, file);
  const { activations, loss, l2, l1, card } = readDescription(description, given, L, file);
  const [units, nX] = sizesOf(matrices, L, file);
  const layers = units.map((n, i) => dense(n, activations[i]));
  const network = networkOf({ nX, layers, loss, l2, l1 }, file);
  return { ...loaded(network, matrices, file), card, ...(note && { note }) };
}

/** @throws ModelError unless the file holds the parameters of the network, and nothing else. */
function exactly(network: Network, stored: Stored, file: string): Stored {
  const expected = parametersOf(network);
  for (const [name, { shape }] of Object.entries(expected)) {
    const there = stored.get(name);
    const [own, held] = [shape.join(', '), there?.shape.join(', ')];
    if (!there)
      throw new ModelError(`${file} has no ${name}, which its network has. Save it again.`);
    if (own === held) continue;
    throw new ModelError(`${file}: ${name} is (${held}), but its network needs (${own}).`);
  }
  const extra = [...stored.keys()].find((name) => !Object.hasOwn(expected, name));
  if (extra === undefined) return stored;
  throw new ModelError(`${file} holds ${extra}, which no layer of its network has. Leave it out.`);
}

/** @throws ModelError for a value that is no finite float32. */
function loaded(network: Network, stored: Stored, file: string): Loaded {
  const values = [...stored].map(([name, { values }]) => {
    const rounded = Float32Array.from(values);
    const bad = rounded.findIndex((value) => !Number.isFinite(value));
    if (bad < 0) return [name, rounded] as const;
    throw new ModelError(
      `${file}: ${name} holds ${values[bad]}, which is no finite float32. Train it again with a smaller learning rate.`,
    );
  });
  return { network, params: tensorsOf(network, Object.fromEntries(values)) };
}

function countLayers(matrices: Stored, file: string): number {
  const names = [...matrices.keys()];
  const L = Math.max(
    0,
    ...names.map((name) => Number(/^[Wb]([1-9]\d{0,8})$/.exec(name)?.[1] ?? 0)),
  );
  const held = `it holds ${names.slice(0, 20).join(', ') || 'nothing'}`;
  if (L > names.length || L === 0) {
    const missing = ['W1', 'b1'].find((name) => !matrices.has(name)) ?? 'layer between';
    throw new ModelError(`${file} has no ${missing}; ${held}. Name the weights W1, b1, W2, b2, …`);
  }
  for (let l = 1; l <= L; l++) {
    for (const name of [`W${l}`, `b${l}`]) {
      if (matrices.has(name)) continue;
      throw new ModelError(`${file} has no ${name}; ${held}. Each layer needs W and b.`);
    }
  }
  const other = names.find((name) => !/^[Wb][1-9]\d*$/.test(name));
  if (other === undefined) return L;
  throw new ModelError(
    `${file} holds ${other} beside W1, b1, …; handgrad does not know what it is. Leave it out.`,
  );
}

/** n_1 … n_L, and n_x. */
function sizesOf(matrices: Stored, L: number, file: string): [units: number[], nX: number] {
  const shapeOf = (name: string) => matrices.get(name)!.shape;
  const written = (name: string) => `${name} is (${shapeOf(name).join(', ')})`;
  const units: number[] = [];
  for (let l = 1; l <= L; l++) {
    const [W, b] = [`W${l}`, `b${l}`];
    const [rows, columns] = shapeOf(W);
    if (shapeOf(W).length !== 2 || !(rows > 0 && columns > 0)) {
      throw new ModelError(`${file}: ${written(W)}; expected a matrix (n_${l}, n_${l - 1}).`);
    }
    if (l > 1 && columns !== units[l - 2]) {
      throw new ModelError(
        `${file}: ${written(W)}, but layer ${l - 1} has ${units[l - 2]} units, so that its columns must be ${units[l - 2]}. Is it transposed?`,
      );
    }
    if (String(shapeOf(b)) !== String([rows, 1])) {
      throw new ModelError(
        `${file}: ${written(b)}, but ${written(W)}: expected a column (${rows}, 1). In numpy, ${b}.reshape(-1, 1) is one.`,
      );
    }
    units.push(rows);
  }
  return [units, shapeOf('W1')[1]];
}
