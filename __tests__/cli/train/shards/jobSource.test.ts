import { beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import type { Candidate } from '../../../../src/cli/jobs/candidate.js';
import { shardKind } from '../../../../src/cli/jobs/shard.js';
import { JobSource } from '../../../../src/cli/train/shards/jobSource.js';
import { encodeStep } from '../../../../src/cli/train/shards/stepBytes.js';
import { relu, softmax } from '../../../../src/core/activations.js';
import { DataError, JobError } from '../../../../src/core/errors.js';
import { dense, dropout } from '../../../../src/core/layers.js';
import { categoricalCrossEntropy } from '../../../../src/core/losses.js';
import { network } from '../../../../src/core/network.js';
import { adam } from '../../../../src/core/optimizers.js';
import { RandomState } from '../../../../src/core/random.js';
import { oneHot } from '../../../../src/core/samples.js';
import { tensor } from '../../../../src/core/tensors.js';
import { FolderStore } from '../../../../src/jobs/folderStore.js';
import { InProcess } from '../../../../src/jobs/runners/inProcess.js';
import type { Hash } from '../../../../src/jobs/store.js';
import { DeepNeuralNetwork } from '../../../../src/training/deepNeuralNetwork.js';
import { fromAverages, type RoundSource } from '../../../../src/training/shards/fromAverages.js';
import { fromGradients } from '../../../../src/training/shards/fromGradients.js';
import type { GradientSource } from '../../../../src/training/shards/gradientSource.js';
import { inShards } from '../../../../src/training/shards/inShards.js';
import { meanGradients } from '../../../../src/training/shards/meanGradients.js';
import type { Takeable } from '../../../../src/training/shards/takeable.js';
import { takeable } from '../../../../src/training/shards/takeable.js';
import type { StepSource } from '../../../../src/training/stepSource.js';
import { anyBackend } from '../../../support/backends.js';
import { temporaryFolder } from '../../../support/temporaryFolder.js';

beforeAll(anyBackend);

const here = temporaryFolder();
const { signal } = new AbortController();
const net = network({
  nX: 5,
  layers: [dense(6, relu), dropout(0.2), dense(3, softmax)],
  loss: categoricalCrossEntropy,
  l2: 0.1,
});
const m = 50;
const rule = adam({ learningRate: 0.01 });
const samples = () => {
  const labels = Int32Array.from({ length: m }, (_, i) => i % 3);
  const X = tensor(new RandomState(4).randn(5 * m), [5, m]);
  return takeable(net, { X, Y: oneHot(labels, 3) });
};

/** A store that says what is dropped. */
class Watched extends FolderStore {
  readonly put_: Hash[] = [];
  readonly dropped: Hash[] = [];

  override async put(bytes: Uint8Array): Promise<Hash> {
    const hash = await super.put(bytes);
    this.put_.push(hash);
    return hash;
  }

  override async drop(hash: Hash): Promise<void> {
    this.dropped.push(hash);
    await super.drop(hash);
  }
}

function sourceWith(
  hands: () => number,
  taken: Takeable = samples(),
  store = new Watched(here, 1e9),
) {
  const run = {
    ...{ isCourse: false, sums: '0'.repeat(64), backend: { name: 'cpu' as const }, shards: 8 },
    candidate: {
      ...{ seed: 1, backend: 'cpu', checkpointEvery: 30, compile: true, check: true },
      activation: 'relu',
    } as Candidate,
  };
  const source = new JobSource({
    ...{
      runner: new InProcess(store),
      kind: shardKind(async () => ({
        means: await meanGradients(net, taken),
        optimizer: rule,
      })),
    },
    ...{ run, m, local: store, stores: [store], hands, signal },
  });
  return { source, store, run };
}

const options = () => ({
  ...{ epochs: 3, batchSize: 20, costEvery: 1, optimizer: rule },
  random: new RandomState(2),
});

type Source = GradientSource & RoundSource;

async function trained(source: Source, how: (source: Source) => StepSource = fromGradients) {
  const model = new DeepNeuralNetwork(net, { seed: 3 });
  const { history } = await model.fit(how(source), options());
  return [history, Object.values(model.parameters).map((P) => Array.from(P.dataSync()))];
}

test('the bits are those of this process, with 1, 2 and 7 hands, and while they come and go', async () => {
  const once = await trained(inShards(samples(), 8));
  for (const hands of [1, 2, 7])
    expect(await trained(sourceWith(() => hands).source)).toEqual(once);
  let at = 0;
  const changing = () => [2, 7, 0, 3, 1][at++ % 5];
  expect(await trained(sourceWith(changing).source)).toEqual(once);
});

test('rounds of steps of their own: the same bits too, and others than those of whole batches', async () => {
  const rounds = (source: Source) => fromAverages(source, 2);
  const once = await trained(inShards(samples(), 8), rounds);
  for (const hands of [1, 2, 7]) {
    expect(await trained(sourceWith(() => hands).source, rounds)).toEqual(once);
  }
  expect(await trained(inShards(samples(), 8))).not.toEqual(once);
});

test('what a step left is dropped two steps later, and the rest at the end', async () => {
  const { source, store } = sourceWith(() => 2);
  await trained(source);
  expect(store.dropped.length).toBeLessThan(store.put_.length);
  const last = store.put_.at(-1)!;
  expect(await store.has(last)).toBe(true);
  await source.close();
  expect(new Set(store.dropped)).toEqual(new Set(store.put_));
  expect(await store.has(last)).toBe(false);
});

test('a shard that fails ends the run with its error', async () => {
  const taken = samples();
  const broken: Takeable = {
    ...taken,
    take: (indices) => {
      if (indices.includes(17)) throw new DataError('The disk is gone.');
      return taken.take(indices);
    },
  };
  const run = trained(sourceWith(() => 2, broken).source);
  await expect(run).rejects.toThrow(new JobError('The shards of a step failed: The disk is gone.'));
});

test('a cost that is no number ends the run as in this process', async () => {
  const taken = samples();
  const wild: Takeable = {
    ...taken,
    take: (indices) => {
      const { X, Y } = taken.take(indices);
      return { X: tf.mul(X, Number.NaN), Y };
    },
  };
  await expect(trained(sourceWith(() => 2, wild).source)).rejects.toThrow(
    'The cost is NaN at epoch 0',
  );
});

test('a step of another network, or of samples that are not there, is refused', async () => {
  const { run, store } = sourceWith(() => 1);
  const means = await meanGradients(net, samples());
  const kind = shardKind(async () => ({ means, optimizer: rule }));
  const refused = async (numbers: Float32Array, batch: Int32Array) => {
    const step = await store.put(encodeStep({ numbers, batches: [batch] }));
    const task = { ...run, from: 0, to: 8, wants: 'gradients' as const, step };
    await expect(kind.run(task, { store, signal, progress: () => {} })).rejects.toThrow(
      'The step is of another network, or of other samples.',
    );
  };
  await refused(new Float32Array(57), Int32Array.of(1, m));
  await refused(new Float32Array(57), Int32Array.of(-1));
  await refused(new Float32Array(56), Int32Array.of(1));
});
