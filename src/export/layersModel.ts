import type { io, Tensor2D } from '@tensorflow/tfjs-core';
import type { Activation } from '../core/activation.js';
import * as activations from '../core/activations.js';
import { ModelError } from '../core/errors.js';
import { dense, denseLayersOf } from '../core/layers/dense.js';
import * as losses from '../core/losses.js';
import type { Network } from '../core/network.js';
import { matrix, type Params } from '../core/tensors.js';
import { version } from '../version.js';
import { joined } from './bytes.js';
import { type Card, parseCard } from './card.js';
import { lossFor, networkOf } from './description.js';
import type { Model } from './format.js';
import { kerasSteps } from './kerasSteps.js';
import { readParameters } from './weights.js';

/*
 * Converts a network of dense layers to a tfjs LayersModel and back. Keras stores samples as rows, so
 * its kernel is Wᵀ (n_prev, n_l) and its bias is b as a vector (n_l).
 */

/** What Keras does not ask of a model and handgrad wants back: the cost it was trained on, and the card. */
interface Metadata {
  readonly loss: string;
  readonly l2: number;
  readonly card?: Card;
}

interface KerasLayer {
  class_name: string;
  config: Record<string, unknown>;
}

const keys = { kernel: 'W', bias: 'b' } as const;

/**
 * The model as `tf.loadLayersModel` takes it. Reads the parameters; they stay the caller's.
 *
 * @throws ModelError where they do not fit the network.
 */
export async function toLayersModel(
  network: Network,
  params: Params,
  card?: Card,
): Promise<io.ModelArtifacts> {
  const layers: KerasLayer[] = [];
  const weightSpecs: io.WeightsManifestEntry[] = [];
  const weights: Float32Array[] = [];

  const values = await readParameters(network, params);
  let nPrev = network.nX;
  for (const [i, { units, activation }] of denseLayersOf(network.layers).entries()) {
    const l = i + 1;
    const [W, b] = values[i];
    layers.push(...kerasLayers(l, units, nPrev, activation));
    weightSpecs.push(
      { name: `dense_${l}/kernel`, shape: [nPrev, units], dtype: 'float32' },
      { name: `dense_${l}/bias`, shape: [units], dtype: 'float32' },
    );
    weights.push(transposed(W, units, nPrev), Float32Array.from(b));
    nPrev = units;
  }

  const metadata: Metadata = { loss: network.loss.name, l2: network.l2, ...(card && { card }) };
  return {
    modelTopology: {
      class_name: 'Sequential',
      config: { name: 'handgrad', layers },
      keras_version: 'tfjs-layers 4.22.0',
      backend: 'tensor_flow.js',
    },
    format: 'layers-model',
    generatedBy: `handgrad ${version}`,
    convertedBy: null,
    weightSpecs,
    weightData: joined(weights.map(({ buffer }) => buffer as ArrayBuffer)),
    userDefinedMetadata: { ...metadata },
  };
}

/**
 * The network of a LayersModel with dense layers, saved by handgrad or Keras. The caller owns the
 * parameters.
 *
 * @throws ModelError if the model contains other layers, or its weights do not fit its layers.
 */
export function fromLayersModel(artifacts: io.ModelArtifacts): Model {
  const shape = readTopology(artifacts.modelTopology);
  const weights = readWeights(artifacts);
  const params: Record<string, Tensor2D> = {};
  let nPrev = shape.nX;
  const matrices: [string, Float32Array, [number, number]][] = [];
  shape.layers.forEach(({ name, units }, i) => {
    const kernel = weights.take(`${name}/kernel`, [nPrev, units]);
    const bias = weights.take(`${name}/bias`, [units]);
    matrices.push([`${keys.kernel}${i + 1}`, transposed(kernel, nPrev, units), [units, nPrev]]);
    matrices.push([`${keys.bias}${i + 1}`, bias, [units, 1]]);
    nPrev = units;
  });
  const output = shape.layers.at(-1)!.activation;
  const { loss, l2, card } = readMetadata(artifacts.userDefinedMetadata, output);
  const layers = shape.layers.map(({ units, activation }) => dense(units, activation));
  const network = networkOf({ nX: shape.nX, layers, loss, l2 }, 'The model');
  weights.assertAllRead();
  // Only now that everything fits: a throw above leaves no tensor behind.
  for (const [name, data, size] of matrices) params[name] = matrix(data, size);
  return { network, params, card };
}

function kerasLayers(l: number, units: number, nPrev: number, { keras }: Activation): KerasLayer[] {
  const isInline = 'activation' in keras;
  const denseLayer = {
    class_name: 'Dense',
    config: {
      name: `dense_${l}`,
      units,
      activation: isInline ? keras.activation : 'linear',
      use_bias: true,
      trainable: true,
      dtype: 'float32',
      ...(l === 1 && { batch_input_shape: [null, nPrev] }),
    },
  };
  if (isInline) return [denseLayer];
  const steps = kerasSteps(keras, l).map(({ layer, name, config }) => ({
    class_name: layer,
    config: { name, ...config },
  }));
  return [denseLayer, ...steps];
}

const all: readonly Activation[] = Object.values(activations);

interface DenseShape {
  name: string;
  units: number;
  activation: Activation;
}

function readTopology(topology: unknown): { nX: number; layers: DenseShape[] } {
  const model = ((topology as { model_config?: unknown })?.model_config ?? topology) as KerasLayer;
  const config = model?.config as { layers?: KerasLayer[] } | KerasLayer[] | undefined;
  const kerasLayers = Array.isArray(config) ? config : config?.layers;
  if (model?.class_name !== 'Sequential' || !Array.isArray(kerasLayers)) {
    throw new ModelError(
      `The model is a ${model?.class_name ?? 'file without a topology'}; handgrad reads Sequential models of Dense layers.`,
    );
  }
  const layers: DenseShape[] = [];
  let nX: number | undefined;
  let skipped = 0; // the rest of an activation of several layers
  for (const [i, layer] of kerasLayers.entries()) {
    if (skipped-- > 0) continue;
    const { class_name, config } = assertLayer(layer);
    const inputShape = config.batch_input_shape ?? config.batch_shape;
    if (layers.length === 0 && Array.isArray(inputShape)) nX = inputShape.at(-1);
    if (class_name === 'InputLayer') continue;
    if (class_name === 'Dense') {
      layers.push({
        name: String(config.name),
        units: positive(config.units, `layer ${config.name}`),
        activation: findActivation(
          (keras) => keras.activation === (config.activation ?? 'linear'),
          config,
        ),
      });
      continue;
    }
    const last = layers.at(-1);
    const several = inSteps(kerasLayers.slice(i));
    if (several && last?.activation === activations.linear) {
      last.activation = several.g;
      skipped = several.steps - 1;
      continue;
    }
    const isActivation = all.some(({ keras }) => 'layer' in keras && keras.layer === class_name);
    if (!isActivation || last?.activation !== activations.linear) {
      throw new ModelError(`The model holds a ${class_name} layer; handgrad reads Dense layers.`);
    }
    last.activation = findActivation(
      (keras) => keras.layer === class_name && sameConfig(keras.config, config),
      { ...config, activation: class_name },
    );
  }
  if (layers.length === 0) throw new ModelError('The model has no layers.');
  return { nX: positive(nX, 'the input'), layers };
}

/** The activation that these layers begin with, where it is several layers. */
function inSteps(rest: readonly KerasLayer[]) {
  for (const g of all) {
    const steps = 'layers' in g.keras ? g.keras.layers : [];
    const fits = steps.every(
      ({ layer, config }, i) =>
        rest[i]?.class_name === layer && sameConfig(config, rest[i].config ?? {}),
    );
    if (steps.length > 0 && fits) return { g, steps: steps.length };
  }
  return undefined;
}

function assertLayer(layer: KerasLayer | null): KerasLayer {
  if (layer?.class_name && layer.config) return layer;
  throw new ModelError('The model holds a layer without class_name or config. Save it again.');
}

type FlatKeras = {
  activation?: string;
  layer?: string;
  config?: Readonly<Record<string, number>>;
};

function findActivation(
  matches: (keras: FlatKeras) => boolean,
  config: Record<string, unknown>,
): Activation {
  const found = all.find(({ keras }) => matches(keras as FlatKeras));
  if (found) return found;
  const known = all.map(({ name }) => name);
  throw new ModelError(
    `Layer ${config.name} has the activation ${config.activation}, which handgrad does not have as it stands there. It has ${known.join(', ')}.`,
  );
}

const sameConfig = (own: FlatKeras['config'], theirs: Record<string, unknown>) =>
  Object.entries(own ?? {}).every(([key, value]) => theirs[key] === value);

function positive(value: unknown, of: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw new ModelError(
    `The size of ${of} is ${value} in the model; expected a whole number from 1.`,
  );
}

/** Hands out weights by name and shape, each once. */
function readWeights({ weightSpecs = [], weightData }: io.ModelArtifacts) {
  const bytes = joined(weightData);
  const spans = new Map<string, { shape: number[]; start: number; length: number }>();
  let start = 0;
  for (const { name, shape, dtype, quantization, group } of weightSpecs) {
    const isOptimizer = group === 'optimizer'; // what tfjs goes on training from
    if (dtype !== 'float32' || quantization) {
      throw new ModelError(
        `Weight ${name} is ${quantization ? 'quantized' : dtype}; handgrad reads plain float32.`,
      );
    }
    const length = shape.reduce((product, side) => product * side, 1);
    if (!isOptimizer) spans.set(name, { shape, start, length });
    start += 4 * length;
  }
  if (start !== bytes.byteLength) {
    throw new ModelError(
      `The weights have ${bytes.byteLength} bytes, but the model declares ${start}. Save the model again.`,
    );
  }
  const take = (name: string, shape: number[]): Float32Array => {
    const span = spans.get(name);
    if (!span) throw new ModelError(`The weight ${name} is missing in the model.`);
    if (String(span.shape) !== String(shape)) {
      throw new ModelError(
        `The weight ${name} is (${span.shape.join(', ')}), but its layer needs (${shape.join(', ')}).`,
      );
    }
    spans.delete(name);
    return new Float32Array(bytes.slice(span.start, span.start + 4 * span.length));
  };
  const assertAllRead = () => {
    const [extra] = spans.keys();
    if (extra === undefined) return;
    throw new ModelError(`The model holds the weight ${extra}, which none of its layers takes.`);
  };
  return { take, assertAllRead };
}

/** Where a model does not say its loss, the one that goes with its output. */
function readMetadata(metadata: unknown, output: Activation) {
  const { loss: name, l2 = 0, card: said } = (metadata ?? {}) as Partial<Metadata>;
  const card = said && parseCard(said, 'What the model says of itself');
  const known = Object.values(losses);
  if (typeof l2 !== 'number' || !(l2 >= 0 && l2 < Number.POSITIVE_INFINITY)) {
    throw new ModelError(`The model's l2 is ${l2}; expected a number from 0.`);
  }
  if (name === undefined) {
    return { loss: lossFor(output), l2, card };
  }
  const loss = known.find((loss) => loss.name === name);
  if (loss) return { loss, l2, card };
  throw new ModelError(
    `The model was trained on the loss ${name}, which handgrad does not have. It has ${known.map((loss) => loss.name).join(', ')}.`,
  );
}

/** The transpose of a (rows, columns) matrix, both in row-major order. */
function transposed(values: ArrayLike<number>, rows: number, columns: number): Float32Array {
  const result = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = values[i * columns + j];
  }
  return result;
}
