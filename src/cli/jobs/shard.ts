import { DataError } from '../../core/errors.js';
import type { Network } from '../../core/network.js';
import { disposeReplaced } from '../../core/tensors.js';
import type { JobKind } from '../../jobs/kind.js';
import { countsOf, parametersFrom } from '../../training/shards/flatGradients.js';
import { shardCost, shardSum, type Takeable } from '../../training/shards/shardSum.js';
import { bytesOf, decodeStep } from '../train/shards/stepBytes.js';
import { processOf } from './fingerprintKind.js';
import { type ShardResult, type ShardTask, shardResultFrom, shardTaskFrom } from './shardTask.js';

/** What the shards of a run are computed with. */
export interface ShardPlace {
  readonly network: Network;
  readonly samples: Takeable;
}

/** Seconds: a step is over soon, and is done anew where it is not. */
const stepLasts = 600;

/** The kind of job of `train`: the sum of some shards of a step. `at` brings its data and network. */
export const shardKind = (
  at: (task: ShardTask, signal: AbortSignal) => Promise<ShardPlace>,
): JobKind<ShardTask, ShardResult> => ({
  name: 'shard',
  assertTask: shardTaskFrom,
  assertResult: shardResultFrom,
  assertProgress: (value) => value as never,
  needs: ({ data, step }) => ({
    blobs: [step],
    manifests: data && 'manifest' in data ? [data.manifest] : [],
  }),
  gives: ({ sum }) => (sum === undefined ? [] : [sum]),
  lasts: stepLasts,
  title: ({ from, to, shards }) => `shards ${from + 1} to ${to} of ${shards}`,
  process: ({ backend }) => processOf(backend),

  async run(task, { store, signal }) {
    const { network, samples } = await at(task, signal);
    const { parameters, batch, noise } = decodeStep(await store.get(task.step));
    assertFits(parameters.length, batch, network, samples);
    const params = parametersFrom(network, parameters);
    const cut = { shards: task.shards, range: { from: task.from, to: task.to } };
    try {
      if (task.wants === 'cost') return costIn(shardCost(network, params, samples, cut));
      const sum = shardSum(network, params, samples, { batch, noise, ...cut });
      return sum ? { ...costIn(sum.cost), sum: await store.put(bytesOf(sum.values)) } : {};
    } finally {
      disposeReplaced(params, {});
    }
  },
});

/** JSON has no NaN. */
const costIn = (cost: number): ShardResult => (Number.isFinite(cost) ? { cost } : {});

function assertFits(
  count: number,
  batch: Int32Array | undefined,
  network: Network,
  { m }: Takeable,
): void {
  const isOutside = batch?.some((i) => !(i >= 0 && i < m)) ?? false;
  if (count === countsOf(network).all && !isOutside) return;
  throw new DataError('The step is of another network, or of other samples. Run it once more.');
}
