import type { Activation } from '../core/activation.js';
import { ModelError, ShapeError } from '../core/errors.js';
import { dense, denseLayersOf } from '../core/layers/dense.js';
import { checkParameters, type Network } from '../core/network.js';
import { matrix, type Params } from '../core/tensors.js';
import { type LoadOptions, networkOf, readDescription } from './description.js';
import type { Model } from './format.js';

/*
 * A network's weights outside TensorFlow.js, which the file formats read and write.
 */

export interface DenseLayer {
  /** From 1. */
  readonly l: number;
  readonly nPrev: number;
  readonly units: number;
  readonly activation: Activation;
  readonly W: Float32Array; // (n_l, n_prev), row by row
  readonly b: Float32Array; // (n_l, 1)
}

/**
 * The layers of a network, in float32. Reads the parameters; they stay the caller's.
 *
 * @throws ModelError where the parameters do not fit the network, or are too many for a file.
 */
export async function denseLayers(network: Network, params: Params): Promise<DenseLayer[]> {
  assertSize(network);
  const values = await readParameters(network, params);
  const layers = denseLayersOf(network.layers);
  return layers.map(({ units, activation }, i) => {
    const [W, b] = values[i].map((data) => Float32Array.from(data));
    const nPrev = i === 0 ? network.nX : layers[i - 1].units;
    return { l: i + 1, nPrev, units, activation, W, b };
  });
}

/**
 * W and b of each layer. Reads the parameters; they stay the caller's.
 *
 * @throws ModelError where they do not fit the network.
 */
export async function readParameters(network: Network, params: Params) {
  try {
    checkParameters(network, params);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new ModelError(`The model cannot be saved. ${error.message}`, { cause: error });
  }
  // All at once: an update may replace the parameters while they are read.
  return Promise.all(
    network.layers.map((_, i) =>
      Promise.all([params[`W${i + 1}`].data(), params[`b${i + 1}`].data()]),
    ),
  );
}

const maxBytes = 2 ** 31 - 1;

function assertSize({ nX, layers: all }: Network): void {
  const layers = denseLayersOf(all);
  const sizes = [nX, ...layers.map(({ units }) => units)];
  const weights = layers.reduce((sum, { units }, i) => sum + units * (sizes[i] + 1), 0);
  if (4 * weights <= maxBytes) return;
  throw new ModelError(
    `The network has ${weights} weights, ${4 * weights} bytes; a file of weights ends at 2 GiB. Save it by \`handgrad train --save\`.`,
  );
}

/** A matrix stored in a file. */
export interface StoredMatrix {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array;
}

/**
 * The network with the matrices W1, b1, …, WL, bL; doubles are rounded to float32. The caller owns the
 * parameters.
 *
 * @param description the output of `describe`, if the file contains it.
 * @throws ModelError if a matrix is missing or unexpected, if shapes do not fit together, or if a value
 * is not finite.
 */
export function fromMatrices(
  matrices: ReadonlyMap<string, StoredMatrix>,
  description: string | undefined,
  given: LoadOptions,
  file: string,
): Model {
  const L = countLayers(matrices, file);
  const { activations, loss, l2, card } = readDescription(description, given, L, file);
  const [units, nX] = sizesOf(matrices, L, file);
  const layers = units.map((n, i) => dense(n, activations[i]));
  const network = networkOf({ nX, layers, loss, l2 }, file);
  const values = [...matrices].map(([name, { shape, values }]) => {
    const rounded = Float32Array.from(values);
    const bad = rounded.findIndex((value) => !Number.isFinite(value));
    if (bad < 0) return [name, rounded, shape as [number, number]] as const;
    throw new ModelError(
      `${file}: ${name} holds ${values[bad]}, which is no finite float32. Train it again with a smaller learning rate.`,
    );
  });
  // Tensors are created only after all checks, so an error above leaks none.
  return {
    network,
    card,
    params: Object.fromEntries(values.map(([name, data, shape]) => [name, matrix(data, shape)])),
  };
}

function countLayers(matrices: ReadonlyMap<string, StoredMatrix>, file: string): number {
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
function sizesOf(
  matrices: ReadonlyMap<string, StoredMatrix>,
  L: number,
  file: string,
): [units: number[], nX: number] {
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
