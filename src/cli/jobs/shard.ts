import { DataError } from '../../core/errors.js';
import type { Network } from '../../core/network.js';
import type { Optimizer } from '../../core/optimizers.js';
import { disposeReplaced, type Params } from '../../core/tensors.js';
import type { JobKind } from '../../jobs/kind.js';
import type { Batch } from '../../training/batches.js';
import { countsOf, type Numbers, parametersFrom, stateFrom } from '../../training/shards/flat.js';
import { localSteps } from '../../training/shards/localSteps.js';
import type { MeanGradients } from '../../training/shards/meanGradients.js';
import { type Cut, shardCost, shardSum } from '../../training/shards/shardSum.js';
import type { Takeable } from '../../training/shards/takeable.js';
import type { Sum } from '../../training/shards/tree.js';
import { disposeState } from '../../training/stateValues.js';
import { bytesOf, decodeStep, type StepParts } from '../train/shards/stepBytes.js';
import { processOf } from './fingerprintKind.js';
import { type ShardResult, type ShardTask, shardResultFrom, shardTaskFrom } from './shardTask.js';

/** What the shards of a run are computed with. */
export interface ShardPlace {
  readonly means: MeanGradients;
  /** For steps of their own. */
  readonly optimizer: Optimizer;
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
    const place = await at(task, signal);
    const step = decodeStep(await store.get(task.step));
    assertThere(step.batches, place.means.samples);
    const cut = { shards: task.shards, range: { from: task.from, to: task.to } };
    const { cost = Number.NaN, values } = works[task.wants](place, step, cut) ?? { cost: 0 };
    const sum = values && values.length > 0 ? await store.put(bytesOf(values)) : undefined;
    // JSON has no NaN.
    return { ...(Number.isFinite(cost) && { cost }), ...(sum !== undefined && { sum }) };
  },
});

type Work = (place: ShardPlace, step: StepParts, cut: Cut) => Sum | undefined;

const works: Readonly<Record<ShardTask['wants'], Work>> = {
  gradients: ({ means }, { numbers, batches: [batch], noise }, cut) =>
    withParameters(means.network, numbers, (params) =>
      shardSum(means, params, { batch, noise, ...cut }),
    ),
  cost: ({ means: { network, samples } }, { numbers }, cut) =>
    withParameters(network, numbers, (params) => ({
      cost: shardCost(network, params, samples, cut),
      values: new Float32Array(0),
    })),
  steps: ({ means, optimizer }, { numbers, ...round }, cut) => {
    const state = stateFrom(means.network, optimizer, numbers);
    if (!state) throw another();
    try {
      return localSteps(means, optimizer, state, { ...round, ...cut });
    } finally {
      disposeState(state);
    }
  },
};

function withParameters<T>(network: Network, numbers: Numbers, work: (params: Params) => T): T {
  if (numbers.length !== countsOf(network).parameters) throw another();
  const params = parametersFrom(network, numbers);
  try {
    return work(params);
  } finally {
    disposeReplaced(params, {});
  }
}

function assertThere(batches: readonly Batch[], { m }: Takeable): void {
  if (batches.some((batch) => batch?.some((i) => !(i >= 0 && i < m)))) throw another();
}

const another = () =>
  new DataError('The step is of another network, or of other samples. Run it once more.');
