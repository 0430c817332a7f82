import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { batchShape, sizeOf } from '../../core/layer.js';
import { drawNoiseOfSteps } from '../../core/noise.js';
import { RandomState } from '../../core/random.js';
import type { Params } from '../../core/tensors.js';
import {
  type Compiled,
  chain,
  countIn,
  inRows,
  mapValues,
  type Samples,
  type Step,
} from '../step.js';
import { fillDraws } from '../wasm/twister.js';
import type { NativeBackend } from './backend.js';
import { INDEX, inLoop, type Port } from './body.js';
import { attr, type GraphNode } from './graph.js';
import { port, type Session, startSession } from './session.js';

/** Draws are fed for as many steps as stay below this many numbers. */
const maxDrawn = 2 ** 22;
/** Rows of the table of batches for XLA, which compiles anew for every other number. */
const xlaRows = 128;

/**
 * A step as a TensorFlow graph inside a loop, over iterations or batches. Recorded on first use:
 * once for all of X and Y, and once per batch size.
 */
export class NativeEngine implements Compiled {
  private readonly backend = tf.backend() as NativeBackend;
  private whole: Session | undefined;
  private readonly batches = new Map<number, Session>();
  /** X and Y with one sample per row, which is fast to gather. */
  private rows: readonly Tensor[] | undefined;
  private readonly drawn: number;

  constructor(
    private readonly step: Step,
    _values: Params,
    private samples: Samples,
  ) {
    const sizes = Object.values(samples.noise).map(sizeOf);
    this.drawn = sizes.reduce((sum, size) => sum + size, 0);
  }

  get engine() {
    const sessions = [this.whole, ...this.batches.values()];
    return sessions.some((session) => session?.isXla) ? 'xla' : 'native';
  }

  run(values: Params, iterations: number, random = new RandomState(1)): Params {
    const m = countIn(this.samples);
    this.whole ??= this.recordWhole(values, m);
    const { whole } = this;
    return chain(values, this.portions(new Array(iterations).fill(undefined), m), (P, steps) =>
      this.withNoise(steps.length, m, random, (noise) => whole.run(P, steps.length, noise)),
    );
  }

  runBatches(values: Params, batches: readonly Int32Array[], random = new RandomState(1)): Params {
    const { X, Y, axes } = this.samples;
    this.rows ??= [inRows(X, axes.X), inRows(Y, axes.Y)];
    const { rows } = this;
    const groups = ofOneSize(batches).flatMap((group) => {
      const size = group[0].length;
      const session = this.batchSession(values, size);
      const portions = this.portions(group, size, session.isXla ? xlaRows : undefined);
      return portions.map((group) => ({ group, size, session }));
    });
    return chain(values, groups, (P, { group, size, session }) => {
      const rowsOfTable = session.isXla ? xlaRows : group.length;
      const indices = new Int32Array(rowsOfTable * size);
      group.forEach((batch, i) => {
        indices.set(batch, i * size);
      });
      const table = tf.tensor2d(indices, [rowsOfTable, size], 'int32');
      try {
        return this.withNoise(group.length, size, random, (noise) =>
          session.run(P, group.length, [...rows, table, ...noise]),
        );
      } finally {
        table.dispose();
      }
    });
  }

  use(X: Tensor, Y: Tensor): void {
    tf.dispose([...(this.rows ?? [])]);
    this.rows = undefined;
    this.whole?.dispose();
    this.whole = undefined;
    this.samples = { ...this.samples, X, Y };
  }

  dispose(): void {
    for (const session of [this.whole, ...this.batches.values()]) session?.dispose();
    tf.dispose([...(this.rows ?? [])]);
    this.whole = undefined;
    this.rows = undefined;
    this.batches.clear();
  }

  /** With noise, the tables of each call would be of other shapes. */
  private get stepsForXla(): number {
    return this.drawn === 0 ? (this.samples.steps ?? 0) : 0;
  }

  private recordWhole(values: Params, m: number): Session {
    const { X, Y, axes } = this.samples;
    // The recording keeps XT if it reads it.
    const XT = axes.X === 1 && X.rank === 2 ? tf.keep(tf.transpose(X)) : undefined;
    const noise = this.placeholders(m);
    try {
      const step = (P: Params) => this.step(P, X, Y, XT, noise);
      return startSession(this.backend, values, Object.values(noise), step, {
        ...this.noiseHead(noise),
        steps: this.stepsForXla,
        transposed: new Map(XT && [[X.dataId, XT.dataId]]),
      });
    } finally {
      tf.dispose([XT ?? [], noise]);
    }
  }

  /** The loop gathers the samples of each batch. */
  private batchSession(values: Params, size: number): Session {
    const known = this.batches.get(size);
    if (known) return known;
    const { axes } = this.samples;
    const [allX, allY] = this.rows!;
    const [rowsX, rowsY] = [allX, allY].map(({ shape, dtype }) =>
      tf.zeros([size, ...shape.slice(1)], dtype as 'float32'),
    );
    const noise = this.placeholders(size);
    const turned = (rows: Tensor, axis: 0 | 1) => (axis === 1 ? tf.transpose(rows) : rows);
    const step = (P: Params) =>
      this.step(
        P,
        turned(rowsX, axes.X),
        turned(rowsY, axes.Y),
        axes.X === 1 ? rowsX : undefined,
        noise,
      );
    const draws = this.noiseHead(noise);
    try {
      const session = startSession(
        this.backend,
        values,
        [rowsX, rowsY, ...Object.values(noise)],
        step,
        {
          steps: this.stepsForXla,
          fed: [
            anyNumber(port('samples/X', allX)),
            anyNumber(port('samples/Y', allY)),
            { name: 'batches', dataId: {}, dtype: 'int32', shape: [-1, size] },
            ...draws.fed,
          ],
          head: [
            gather('batch', 'batches', INDEX, 'int32'),
            gather('batch/XT', 'samples/X', 'batch', allX.dtype as Port['dtype']),
            gather('batch/YT', 'samples/Y', 'batch', allY.dtype as Port['dtype']),
            ...draws.head,
          ],
          headNames: new Map([
            [rowsX.dataId, 'batch/XT'],
            [rowsY.dataId, 'batch/YT'],
            ...draws.headNames,
          ]),
        },
      );
      this.batches.set(size, session);
      return session;
    } finally {
      tf.dispose([rowsX, rowsY, noise]);
    }
  }

  /** Stand-ins for the draws of a step with m samples. */
  private placeholders = (m: number): Params =>
    mapValues(this.samples.noise, (shape) => tf.zeros(batchShape(shape, m)));

  /** The draws of each step, gathered from those of all. */
  private noiseHead(noise: Params) {
    const draws = Object.values(noise);
    return {
      fed: draws.map(
        ({ shape }, i): Port => ({
          ...{ name: `noise/${i}`, dataId: {}, dtype: 'float32', shape: [-1, ...shape] },
        }),
      ),
      head: draws.map((_, i) => gather(`step/noise/${i}`, `noise/${i}`, INDEX, 'float32')),
      headNames: new Map(draws.map(({ dataId }, i) => [dataId, `step/noise/${i}`] as const)),
    };
  }

  /** Draws for `count` steps in their order, one table for each kind of draw. */
  private withNoise<T>(
    count: number,
    m: number,
    random: RandomState,
    work: (tables: readonly Tensor[]) => T,
  ): T {
    const steps = this.drawn > 0 ? count : 0;
    const tables = Object.values(drawNoiseOfSteps(this.samples.noise, m, steps, random, fillDraws));
    try {
      return work(tables);
    } finally {
      tf.dispose(tables);
    }
  }

  /** Steps in portions of at most so many, whose draws fit in memory. */
  private portions<T>(steps: readonly T[], m: number, max = steps.length): (readonly T[])[] {
    const most = this.drawn === 0 ? max : Math.max(1, Math.floor(maxDrawn / (this.drawn * m)));
    const portions: (readonly T[])[] = [];
    for (let i = 0; i < steps.length; i += most) portions.push(steps.slice(i, i + most));
    return portions;
  }
}

/** Its first axis is of any length. */
const anyNumber = (port: Port): Port => ({ ...port, shape: [-1, ...port.shape.slice(1)] });

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
