import type { Optimizer } from '../../core/optimizers.js';
import { disposeReplaced, type Params } from '../../core/tensors.js';
import type { TensorOptions } from '../../data/prepare.js';
import type { Scaling } from '../../data/scaling.js';
import type { Card } from '../../export/card.js';
import type { SavedModel } from '../../export/modelFolder.js';
import type { StoredTensors } from '../../export/tensorFile.js';
import type { Backend } from '../../runtime/backends.js';
import type { DeepNeuralNetwork } from '../../training/deepNeuralNetwork.js';
import { restored } from '../../training/storedValues.js';
import type { TrainOptions } from '../commands/train.js';
import { cardOf } from './card.js';
import type { TrainData } from './data.js';
import { judgedOf } from './feed.js';
import type { Fitted } from './fit.js';
import type { Length } from './length.js';
import { finished } from './network.js';
import { judgePart } from './scores.js';
import type { Settings } from './settings.js';

/** What there is before the first step. */
export interface Prepared {
  readonly data: TrainData;
  readonly settings: Settings;
  readonly tensors: TensorOptions & { readonly scaling: Scaling };
  readonly model: DeepNeuralNetwork;
  readonly optimizer: Optimizer;
  readonly backend: Backend;
}

export type Judgement = Awaited<ReturnType<typeof judgePart>>;

/** Each part's outputs against its targets: in pieces where it is large. */
export async function judge(
  { data, tensors, model }: Prepared,
  params: Params,
): Promise<Judgement[]> {
  const { network } = model;
  const judged: Judgement[] = [];
  for (const name of ['train', 'validation', 'test'] as const) {
    const set = data[name];
    if (!set) continue;
    const samples = judgedOf(set, tensors);
    judged.push(await judgePart(name, set, samples, { network, params }, tensors.targetScaling));
    samples.dispose?.();
  }
  return judged;
}

/** The network with these parameters, as it is saved. The caller owns its parameters. */
export function wholeOf(
  prepared: Prepared,
  params: Params,
  run: Length & Fitted,
  parts: readonly Judgement[],
  options: TrainOptions,
): SavedModel & { readonly card: Card } {
  const { data, model, tensors } = prepared;
  const { scaling, targetScaling } = tensors;
  return {
    ...finished(model.network, params, data.train, scaling, targetScaling),
    card: cardOf({ ...prepared, scaling, network: model.network, run, parts }, options),
  };
}

/** The last epoch of a run whose best one is the model. */
export async function lastOf(
  prepared: Prepared,
  stored: StoredTensors,
  run: Length & Fitted,
  options: TrainOptions,
): Promise<SavedModel> {
  const params = restored(stored);
  const parts = await judge(prepared, params);
  const { card, ...last } = wholeOf(prepared, params, run, parts, options);
  disposeReplaced(params, {});
  return { ...last, card: { ...card, name: `${card.name}, last epoch` } };
}
