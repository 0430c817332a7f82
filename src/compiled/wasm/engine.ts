import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { batchShape } from '../../core/layer.js';
import { RandomState } from '../../core/random.js';
import type { Params } from '../../core/tensors.js';
import { type Compiled, countIn, inRows, mapValues, type Samples, type Step } from '../step.js';
import type { WasmBackend, WasmData } from './backend.js';
import { link, type Program } from './program.js';
import { record } from './recording.js';
import { type Rows, rowsTo } from './rows.js';
import { fillDraws } from './twister.js';

/** A step with the tensors that it reads its samples and draws from. */
interface FedProgram extends Program {
  /** The batch, one sample per row: X and Y. Empty for steps on all samples. */
  readonly rows: readonly Rows[];
  readonly noise: Params;
}

/**
 * A step as the calls its kernels make into the WASM module. Recorded on first use: once for all of
 * X and Y, and once per batch size.
 */
export class WasmEngine implements Compiled {
  readonly engine = 'wasm';
  private readonly backend = tf.backend() as WasmBackend;
  /** Where programs read and write the values. */
  private readonly places: Params;
  private whole: FedProgram | undefined;
  private readonly batches = new Map<number, FedProgram>();
  /** X and Y with one sample per row, which is fast to copy. */
  private rows: readonly Tensor[] | undefined;

  constructor(
    private readonly step: Step,
    values: Params,
    private samples: Samples,
  ) {
    this.places = mapValues(values, (P) => tf.keep(tf.clone(P)));
  }

  run(values: Params, iterations: number, random = new RandomState(1)): Params {
    this.whole ??= this.recordWhole();
    this.load(values);
    if (Object.keys(this.samples.noise).length === 0) this.whole.run(iterations);
    else for (let i = 0; i < iterations; i++) this.runOne(this.whole, random);
    return this.results();
  }

  runBatches(values: Params, batches: readonly Int32Array[], random = new RandomState(1)): Params {
    const { X, Y, axes } = this.samples;
    this.rows ??= [inRows(X, axes.X), inRows(Y, axes.Y)];
    const programs = batches.map(({ length }) => this.batchProgram(length));
    this.load(values);
    for (const [i, batch] of batches.entries()) {
      this.rows.forEach((from, k) => {
        programs[i].rows[k].take(this.data(from).memoryOffset, batch);
      });
      this.runOne(programs[i], random);
    }
    return this.results();
  }

  use(X: Tensor, Y: Tensor): void {
    tf.dispose([...(this.rows ?? [])]);
    this.rows = undefined;
    this.whole?.dispose();
    this.whole = undefined;
    this.samples = { ...this.samples, X, Y };
  }

  dispose(): void {
    const programs = [this.whole, ...this.batches.values()];
    for (const program of programs) program?.dispose();
    tf.dispose([this.places, ...(this.rows ?? [])]);
    this.whole = undefined;
    this.rows = undefined;
    this.batches.clear();
  }

  /** One step, with draws of its own. */
  private runOne(program: FedProgram, random: RandomState): void {
    for (const place of Object.values(program.noise)) {
      const at = this.data(place).memoryOffset / 4;
      fillDraws(random, this.backend.wasm.HEAPF32.subarray(at, at + place.size));
    }
    program.run(1);
  }

  private recordWhole(): FedProgram {
    const { X, Y, axes } = this.samples;
    // The recording keeps XT if it reads it.
    const XT = axes.X === 1 && X.rank === 2 ? tf.keep(tf.transpose(X)) : undefined;
    try {
      return this.record([], countIn(this.samples), (noise) =>
        this.step(this.places, X, Y, XT, noise),
      );
    } finally {
      XT?.dispose();
    }
  }

  private batchProgram(size: number): FedProgram {
    const known = this.batches.get(size);
    if (known) return known;
    const { axes } = this.samples;
    const rows = this.rows!.map(({ shape, dtype }) =>
      tf.keep(tf.zeros([size, ...shape.slice(1)], dtype as 'float32')),
    );
    const [X, Y] = rows;
    const turned = (M: Tensor, axis: 0 | 1) => (axis === 1 ? tf.transpose(M) : M);
    const program = this.record(rows, size, (noise) =>
      this.step(
        this.places,
        turned(X, axes.X),
        turned(Y, axes.Y),
        axes.X === 1 ? X : undefined,
        noise,
      ),
    );
    this.batches.set(size, program);
    return program;
  }

  /** Owns the rows, and frees them if recording fails. */
  private record(rows: readonly Tensor[], m: number, step: (noise: Params) => Params): FedProgram {
    const { noise: shapes } = this.samples;
    const noise = mapValues(shapes, (shape) => tf.keep(tf.zeros(batchShape(shape, m)))) as Params;
    const fed = [...rows, ...Object.values(noise)];
    try {
      const varying = [...Object.values(this.places), ...fed];
      const recording = record(this.backend, varying, () => step(noise));
      const places = mapValues(this.places, (P) => this.data(P).id);
      const program = link(this.backend, recording, places);
      const taken = rows.map((to) =>
        rowsTo(this.backend, this.data(to).memoryOffset, m, (to.size / m) * 4),
      );
      const dispose = () => {
        program.dispose();
        for (const each of taken) each.dispose();
        tf.dispose(fed);
      };
      return { ...program, rows: taken, noise, dispose };
    } catch (error) {
      tf.dispose(fed);
      throw error;
    }
  }

  /** Copies the values to where the programs read them. */
  private load(values: Params): void {
    for (const [name, place] of Object.entries(this.places)) {
      this.copy(this.data(values[name]), this.data(place), place.size);
    }
  }

  private results(): Params {
    return mapValues(this.places, (place) => {
      const info = this.backend.makeOutput(place.shape, place.dtype);
      this.copy(this.data(place), this.data(info), place.size);
      return tf.engine().makeTensorFromTensorInfo(info, this.backend);
    });
  }

  private copy(from: WasmData, to: WasmData, size: number): void {
    const start = from.memoryOffset / 4;
    this.backend.wasm.HEAPF32.copyWithin(to.memoryOffset / 4, start, start + size);
  }

  private data({ dataId }: tf.TensorInfo): WasmData {
    return this.backend.dataIdMap.get(dataId);
  }
}
