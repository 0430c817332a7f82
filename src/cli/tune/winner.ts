import { disposeReplaced } from '../../core/tensors.js';
import type { Checkpoint } from '../../training/checkpoint.js';
import { type History, logsByEpoch } from '../../training/history.js';
import type { TrainOptions } from '../commands/train.js';
import { cardOf } from '../train/card.js';
import { judgedOf } from '../train/feed.js';
import { finished } from '../train/network.js';
import { type Place, saveSomewhere } from '../train/saveSomewhere.js';
import { judgePart } from '../train/scores.js';
import { optimizerFor, settingsFor } from '../train/settings.js';
import type { Prepared } from './prepared.js';
import { modelAt } from './standing.js';

export type Judgement = Awaited<ReturnType<typeof judgePart>>;

/** Saves the winner as `train` saves a model, wherever that can be: here alone the test set is looked at. */
export async function saveWinner(
  candidate: TrainOptions,
  checkpoint: Checkpoint,
  prepared: Prepared,
): Promise<{ parts: Judgement[]; place: Place }> {
  const { data, backend, tensorsOf } = prepared;
  const settings = settingsFor(candidate, data);
  const { scaling, targetScaling } = tensorsOf(settings);
  const model = modelAt(candidate, checkpoint, prepared);
  const { network, parameters } = model;
  const parts = await judgeParts(candidate, model, prepared);
  const optimizer = optimizerFor(candidate, data, settings, network);
  const run = { ...settings.length, ...recorded(checkpoint.history), done: checkpoint.epoch };
  const card = cardOf({ network, data, scaling, backend, optimizer, run, parts }, candidate);
  const whole = finished(network, parameters, data.train, scaling, targetScaling);
  try {
    const place = await saveSomewhere(candidate.save, { '': { ...whole, card } });
    return { parts, place };
  } finally {
    disposeReplaced(whole.params, {});
    model.dispose();
  }
}

async function judgeParts(
  candidate: TrainOptions,
  { network, parameters: params }: ReturnType<typeof modelAt>,
  { data, tensorsOf }: Prepared,
): Promise<Judgement[]> {
  const tensors = tensorsOf(settingsFor(candidate, data));
  const parts: Judgement[] = [];
  for (const name of ['train', 'validation', 'test'] as const) {
    const set = data[name];
    if (!set) continue;
    const samples = judgedOf(set, tensors);
    parts.push(await judgePart(name, set, samples, { network, params }, tensors.targetScaling));
    samples.dispose?.();
  }
  return parts;
}

const recorded = (history: History) => {
  const logs = logsByEpoch(history);
  const costs = Object.fromEntries(Object.entries(logs).map(([at, { cost }]) => [at, cost]));
  return { logs, costs, seconds: 0 };
};
