import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rank, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from '../../core/tensors.js';
import { type Compiled, chain, mapValues, Refusal, type Step } from '../step.js';
import type { NativeBackend } from './backend.js';
import { attr, type GraphNode, savedModel, TAG } from './graph.js';
import { COUNT, INDEX, inLoop, type Loop, loopGraph, type Port, result } from './loop.js';
import { record } from './recording.js';
import { simplify } from './simplify.js';

/** Steps in a TensorFlow loop: one call runs many of them. */
interface Session {
  /** The caller owns the new values. */
  run(values: Params, count: number, fed: readonly Tensor[]): Params;
  dispose(): void;
}

/** Constants with more elements than this are fed instead of written into the graph. */
const maxWritten = 4096;

/**
 * A step as a TensorFlow graph inside a loop, over iterations or batches. Recorded on first use:
 * once for all of X and Y, and once per batch size.
 */
export class NativeEngine implements Compiled {
  readonly engine = 'native';
  private readonly backend = tf.backend() as NativeBackend;
  private whole: Session | undefined;
  private readonly batches = new Map<number, Session>();
  /** XT (m, n_x) and YT (m, n_y): one sample per row, which is fast to gather. */
  private samples: readonly Tensor2D[] | undefined;

  constructor(
    private readonly step: Step,
    _values: Params,
    private readonly X: Tensor2D,
    private readonly Y: Tensor2D,
  ) {}

  run(values: Params, iterations: number): Params {
    this.whole ??= this.recordWhole(values);
    return this.whole.run(values, iterations, []);
  }

  runBatches(values: Params, batches: readonly Int32Array[]): Params {
    this.samples ??= [this.X, this.Y].map((M) => tf.keep(tf.transpose(M)));
    return chain(values, ofOneSize(batches), (P, group) => {
      const size = group[0].length;
      const indices = new Int32Array(group.length * size);
      group.forEach((batch, i) => {
        indices.set(batch, i * size);
      });
      const table = tf.tensor2d(indices, [group.length, size], 'int32');
      try {
        return this.batchSession(P, size).run(P, group.length, [...this.samples!, table]);
      } finally {
        table.dispose();
      }
    });
  }

  dispose(): void {
    for (const session of [this.whole, ...this.batches.values()]) session?.dispose();
    tf.dispose([...(this.samples ?? [])]);
    this.whole = undefined;
    this.samples = undefined;
    this.batches.clear();
  }

  private recordWhole(values: Params): Session {
    const XT = tf.keep(tf.transpose(this.X)) as Tensor2D; // the recording keeps it if it reads it
    try {
      return this.session(values, [], (P) => this.step(P, this.X, this.Y, XT), {});
    } finally {
      XT.dispose();
    }
  }

  /** The loop gathers the samples of each batch. */
  private batchSession(values: Params, size: number): Session {
    const known = this.batches.get(size);
    if (known) return known;
    const [samplesX, samplesY] = this.samples!;
    const [XT, YT] = [samplesX, samplesY].map(({ shape: [, n] }) => tf.zeros<Rank.R2>([size, n]));
    const step = (P: Params) => this.step(P, tf.transpose(XT), tf.transpose(YT), XT);
    try {
      const session = this.session(values, [XT, YT], step, {
        fed: [
          port('samples/X', samplesX),
          port('samples/Y', samplesY),
          { name: 'batches', dataId: {}, dtype: 'int32', shape: [-1, size] },
        ],
        head: [
          gather('batch', 'batches', INDEX, 'int32'),
          gather('batch/XT', 'samples/X', 'batch', 'float32'),
          gather('batch/YT', 'samples/Y', 'batch', 'float32'),
        ],
        headNames: new Map([
          [XT.dataId, 'batch/XT'],
          [YT.dataId, 'batch/YT'],
        ]),
      });
      this.batches.set(size, session);
      return session;
    } finally {
      tf.dispose([XT, YT]);
    }
  }

  private session(
    values: Params,
    varying: readonly Tensor2D[],
    step: (values: Params) => Params,
    { fed = [], ...head }: Partial<Loop>,
  ): Session {
    const { backend } = this;
    // Copy, because two values may share their data.
    const places = tf.tidy(() => mapValues(values, (P) => tf.add(P, 0) as Tensor2D));
    try {
      const recording = record(backend, [...Object.values(places), ...varying], () => step(places));
      const large = [...recording.constants.values()].filter(({ size }) => size > maxWritten);
      const { operations, outputs } = simplify(recording);
      const loop: Loop = {
        ...head,
        constants: recording.constants,
        operations,
        // Values are numbered, because TensorFlow restricts node names.
        values: Object.entries(places).map(([name, P], i) => ({
          ...port(`v${i}`, P),
          next: outputs[name],
        })),
        fed: [...fed, ...large.map((tensor, i) => port(`constant/${i}`, tensor))],
      };
      try {
        const run = load(backend, loop, Object.keys(places));
        return {
          run: (values, count, data) => run.run(values, count, [...data, ...large]),
          dispose: () => {
            run.dispose();
            recording.release();
          },
        };
      } catch (error) {
        recording.release();
        throw error;
      }
    } finally {
      tf.dispose(places);
    }
  }
}

const port = (name: string, { dataId, dtype, shape }: Tensor): Port => ({
  name,
  dataId,
  dtype: dtype as Port['dtype'],
  shape,
});

const gather = (name: string, from: string, index: string, dtype: Port['dtype']): GraphNode => ({
  name,
  op: 'GatherV2',
  inputs: [inLoop(from), index, inLoop('zero')],
  attrs: {
    Tparams: attr.dtype(dtype),
    Tindices: attr.dtype('int32'),
    Taxis: attr.dtype('int32'),
  },
});

/** The batches in order, grouped by equal size. */
function ofOneSize(batches: readonly Int32Array[]): Int32Array[][] {
  const groups: Int32Array[][] = [];
  for (const batch of batches) {
    if (groups.at(-1)?.[0].length === batch.length) groups.at(-1)!.push(batch);
    else groups.push([batch]);
  }
  return groups;
}

/** `names` are the loop's value names. @throws Refusal if TensorFlow rejects the graph. */
function load(backend: NativeBackend, loop: Loop, names: readonly string[]): Session {
  const nodes = loopGraph(loop, backend.binding);
  const folder = mkdtempSync(join(tmpdir(), 'handgrad-'));
  let model: number;
  try {
    writeFileSync(join(folder, 'saved_model.pb'), savedModel(nodes));
    model = backend.loadSavedModelMetaGraph(folder, TAG);
  } catch (error) {
    const [line] = (error as Error).message.split('\n');
    throw new Refusal(`TensorFlow does not take the recorded step: ${line}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const ports = loop.values.map(({ name }) => name);
  const inputs = [COUNT, ...ports, ...loop.fed.map(({ name }) => name)].map((name) => ({ name }));
  return {
    run: (values, count, fed) => {
      const n = tf.scalar(count, 'int32');
      const given = [n, ...names.map((name) => values[name]), ...fed];
      try {
        const outputs = backend.runSavedModel(model, given, inputs, ports.map(result));
        return Object.fromEntries(names.map((name, i) => [name, outputs[i] as Tensor2D]));
      } finally {
        n.dispose();
      }
    },
    dispose: () => backend.deleteSavedModel(model),
  };
}
