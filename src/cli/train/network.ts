import * as tf from '@tensorflow/tfjs-core';
import { linear, relu, sigmoid, softmax } from '../../core/activations.js';
import { ValueError } from '../../core/errors.js';
import { frozen } from '../../core/frozen.js';
import { course, he } from '../../core/initializers.js';
import type { Layer } from '../../core/layer.js';
import { conv2d, dense, dropout, flatten, maxPool2d } from '../../core/layers.js';
import {
  binaryCrossEntropy,
  categoricalCrossEntropy,
  meanSquaredError,
} from '../../core/losses.js';
import { type Network, network } from '../../core/network.js';
import { parametersOf } from '../../core/parameters.js';
import type { Params } from '../../core/tensors.js';
import type { TargetScaling } from '../../data/prepare.js';
import { inputShape } from '../../data/prepare.js';
import type { SampleSet } from '../../data/sampleSet.js';
import type { Scaling } from '../../data/scaling.js';
import type { TrainOptions } from '../commands/train.js';
import { activationOf } from '../network.js';
import type { TrainData } from './data.js';
import type { Settings } from './settings.js';

/** The network that a run trains, on samples that are scaled already. */
export function networkFor(
  { train, isCourse }: TrainData,
  { kind, layers }: Settings,
  options: TrainOptions,
): Network {
  const g = activationOf(options.activation);
  const initializer = isCourse ? course : he;
  const drop = options.dropout === undefined ? [] : [dropout(options.dropout)];
  const hidden = layers.flatMap((units) => [dense(units, g, initializer), ...drop]);
  const all = [
    ...(kind === 'conv' ? convolutions(train) : []),
    ...hidden,
    dense(...headFor(train), isCourse ? course : undefined),
  ];
  return network({
    input: inputShape(train, kind === 'dense'),
    layers: withFrozen(all, options.freeze ?? 0),
    loss: lossFor(train, options.labelSmoothing),
    ...(options.l2 !== undefined && { l2: options.l2 }),
    ...(options.l1 !== undefined && { l1: options.l1 }),
  });
}

/** The first n layers with parameters stay as they are. @throws ValueError if that is all of them */
function withFrozen(layers: readonly Layer[], n: number): Layer[] {
  const isLearning = ({ kind }: Layer) => kind === 'dense' || kind === 'conv2d';
  const count = layers.filter(isLearning).length;
  if (n >= count) {
    throw new ValueError(
      `--freeze ${n} freezes all ${count} layers: nothing would learn. Give less.`,
    );
  }
  let left = n;
  return layers.map((layer) => (isLearning(layer) && left-- > 0 ? frozen(layer) : layer));
}

/** Convolutions and pools until the picture is some 8 pixels wide, 16, 32 and 64 filters. */
function convolutions({ shape }: SampleSet): Layer[] {
  const layers: Layer[] = [];
  let side = Math.min(shape[0], shape[1]);
  for (let filters = 16; side >= 8 && filters <= 64; filters *= 2) {
    const options = { filters, kernelSize: 3, padding: 'same', initializer: he } as const;
    layers.push(conv2d({ ...options, activation: relu }), maxPool2d({ poolSize: 2 }));
    side = Math.floor(side / 2);
  }
  return [...layers, flatten()];
}

function headFor({ targets }: SampleSet) {
  if (targets.kind === 'numbers') return [targets.names.length, linear] as const;
  const { length } = targets.classes;
  return length === 2 ? ([1, sigmoid] as const) : ([length, softmax] as const);
}

function lossFor({ targets }: SampleSet, labelSmoothing: number | undefined) {
  if (targets.kind === 'numbers') {
    if (labelSmoothing === undefined) return meanSquaredError;
    throw new ValueError(
      '--label-smoothing is of classes, and the targets are numbers. Leave it out.',
    );
  }
  const loss = targets.classes.length === 2 ? binaryCrossEntropy : categoricalCrossEntropy;
  return labelSmoothing === undefined ? loss : loss({ labelSmoothing });
}

/**
 * The network as it is saved: with the scaling of the inputs as its first layer, and outputs in the
 * units of the targets, W[L] := σ W[L], b[L] := σ b[L] + μ. The caller owns the parameters.
 */
export function finished(
  trained: Network,
  params: Params,
  { shape }: SampleSet,
  { layer }: Scaling,
  targets: TargetScaling | undefined,
): { network: Network; params: Params } {
  const isFlat = trained.input.length === 1 && shape.length > 1;
  const front = layer ? [layer, ...(isFlat ? [flatten()] : [])] : [];
  const { nX: _, ...definition } = trained;
  const whole = network({
    ...definition,
    input: layer ? shape : trained.input,
    layers: [...front, ...trained.layers],
  });
  return { network: whole, params: targets ? inUnits(whole, params, targets) : copied(params) };
}

const copied = (params: Params): Params =>
  Object.fromEntries(Object.entries(params).map(([name, P]) => [name, tf.clone(P)]));

/** The last layer's parameters, so that it gives numbers in the units of the targets. */
function inUnits(net: Network, params: Params, { mean, deviation }: TargetScaling): Params {
  const [W, b] = Object.keys(parametersOf(net)).slice(-2);
  return tf.tidy(() => {
    const column = (values: readonly number[]) => tf.tensor2d([...values], [values.length, 1]);
    const sigma = column(deviation); // (n_y, 1)
    return {
      ...copied(params),
      [W]: tf.mul(params[W], sigma), // (n_y, n_prev)
      [b]: tf.add(tf.mul(params[b], sigma), column(mean)), // (n_y, 1)
    };
  });
}
