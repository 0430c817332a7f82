import { ModelError } from '../core/errors.js';
import type { PlateauMemory } from '../core/plateau.js';
import type { RandomPosition } from '../core/random.js';
import {
  decodeTensors,
  encodeTensors,
  type StoredTensor,
  type StoredTensors,
} from '../export/tensorFile.js';
import { parseJson } from '../files/json.js';
import type { Best } from './earlyStopping.js';
import type { History, Logs } from './history.js';
import { assertNumbers } from './trained.js';

/** How far a run has come. */
export interface Position {
  /** Epochs done. */
  readonly epoch: number;
  /** Batches done in the epoch that is under way; of a dataset, in its item. */
  readonly batch: number;
  /** The order of its samples, if it is under way in batches. */
  readonly order?: Int32Array;
  /** Of a dataset: how far the epoch that is under way has come. */
  readonly stream?: StreamPosition;
}

export interface StreamPosition {
  /** Items done. */
  readonly items: number;
  /** m · J of the items that were begun, and their m. */
  readonly sum: number;
  readonly count: number;
  /** The learning rate at the beginning of the epoch. */
  readonly rate: Logs;
}

/** Everything that a run needs to go on exactly, on the host: it owns no tensors. */
export interface Checkpoint extends Position {
  /** What the run is: another one cannot go on from here. */
  readonly run: { readonly epochs: number; readonly m?: number; readonly batchSize?: number };
  readonly random: RandomPosition;
  readonly params: StoredTensors;
  readonly optimizerState: StoredTensors;
  readonly history: History;
  /** The best epoch so far, by early stopping, and its parameters. */
  readonly best?: Best & { readonly params?: StoredTensors };
  /** Of a run that is over: the parameters of its last epoch, where those of the best took their place. */
  readonly last?: StoredTensors;
  /** The memory of a learning rate that waits for a plateau. */
  readonly plateau?: PlateauMemory;
  /** Whether the run is over. */
  readonly isDone: boolean;
}

const parts = {
  params: 'params/',
  optimizerState: 'optimizer/',
  best: 'best/',
  last: 'last/',
} as const;

/**
 * A checkpoint as the bytes of a safetensors file: the tensors in float32, the same bits as in the
 * run, and the rest in the header's metadata.
 *
 * @param about more to keep, such as the command that made the run.
 * @throws NumericError if a parameter is NaN or infinite: a checkpoint that can be gone on from stays.
 */
export function encodeCheckpoint(checkpoint: Checkpoint, about: object = {}): Uint8Array {
  const { params, optimizerState, best, last, order, random, ...rest } = checkpoint;
  const { params: bestParams, ...bestEpoch } = best ?? {};
  const under = (prefix: string, values: StoredTensors = {}): [string, StoredTensor][] =>
    Object.entries(values).map(([name, value]) => [prefix + name, value]);
  const { words, ...position } = random;
  for (const [name, { values }] of Object.entries(params)) assertNumbers(name, values);
  const list = (values: ArrayLike<number>): StoredTensor => ({
    shape: [values.length],
    values: Float64Array.from(values),
  });
  const tensors = Object.fromEntries([
    ...under(parts.params, params),
    ...under(parts.optimizerState, optimizerState),
    ...under(parts.best, bestParams),
    ...under(parts.last, last),
    ['random', list(words)],
    ...(order ? [['order', list(order)] as const] : []),
  ]);
  const json = { ...rest, random: position, best: best && bestEpoch, about };
  return encodeTensors(tensors, { checkpoint: JSON.stringify(json) });
}

/**
 * The inverse of `encodeCheckpoint`.
 *
 * @param file used in error messages.
 * @throws ModelError if these are not the whole bytes of a checkpoint.
 */
export function decodeCheckpoint(
  bytes: Uint8Array,
  file: string,
): { checkpoint: Checkpoint; about: Record<string, unknown> } {
  const { tensors, metadata } = decodeTensors(bytes, file);
  const bad = new ModelError(`${file} is no checkpoint of a training run. Give another file.`);
  if (typeof metadata.checkpoint !== 'string' || !tensors.random) throw bad;
  const where = `${file}: what it says of its run`;
  const { about, random, best, ...rest } = parseJson(metadata.checkpoint, where, ModelError) as {
    readonly about: Record<string, unknown>;
    readonly random: RandomPosition;
    readonly best?: Best;
  } & Omit<Checkpoint, 'params' | 'optimizerState'>;
  const under = (prefix: string): StoredTensors =>
    Object.fromEntries(
      Object.entries(tensors)
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, value]) => [name.slice(prefix.length), value]),
    );
  const bestParams = under(parts.best);
  const last = under(parts.last);
  const checkpoint: Checkpoint = {
    ...rest,
    random: { ...random, words: Uint32Array.from(tensors.random.values) },
    params: under(parts.params),
    optimizerState: under(parts.optimizerState),
    ...(Object.keys(last).length > 0 && { last }),
    ...(tensors.order && { order: Int32Array.from(tensors.order.values) }),
    ...(best && {
      best: { ...best, ...(Object.keys(bestParams).length > 0 && { params: bestParams }) },
    }),
  };
  return { checkpoint, about };
}
