import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from '../../core/tensors.js';
import { type Compiled, mapValues, type Step } from '../step.js';
import type { WasmBackend, WasmData } from './backend.js';
import { link, type Program } from './program.js';
import { record } from './recording.js';

/** A step on the samples in its `rows`: XT (B, n_x) and YT (B, n_y). */
interface BatchProgram extends Program {
  readonly rows: readonly Tensor2D[];
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
  private whole: Program | undefined;
  private readonly batches = new Map<number, BatchProgram>();
  /** XT (m, n_x) and YT (m, n_y): one sample per row, which is fast to copy. */
  private samples: readonly Tensor2D[] | undefined;

  constructor(
    private readonly step: Step,
    values: Params,
    private readonly X: Tensor2D,
    private readonly Y: Tensor2D,
  ) {
    this.places = mapValues(values, (P) => tf.keep(tf.clone(P)));
  }

  run(values: Params, iterations: number): Params {
    this.whole ??= this.recordWhole();
    this.load(values);
    this.whole.run(iterations);
    return this.results();
  }

  runBatches(values: Params, batches: readonly Int32Array[]): Params {
    this.samples ??= [this.X, this.Y].map((M) => tf.keep(tf.transpose(M)));
    const programs = batches.map(({ length }) => this.batchProgram(length));
    this.load(values);
    for (const [i, batch] of batches.entries()) {
      this.samples.forEach((from, k) => {
        this.copyRows(from, batch, programs[i].rows[k]);
      });
      programs[i].run(1);
    }
    return this.results();
  }

  dispose(): void {
    const programs = [this.whole, ...this.batches.values()];
    for (const program of programs) program?.dispose();
    tf.dispose([this.places, ...(this.samples ?? [])]);
    this.whole = undefined;
    this.samples = undefined;
    this.batches.clear();
  }

  private recordWhole(): Program {
    const XT = tf.keep(tf.transpose(this.X)) as Tensor2D; // the recording keeps it if it reads it
    try {
      return this.record([], () => this.step(this.places, this.X, this.Y, XT));
    } finally {
      XT.dispose();
    }
  }

  private batchProgram(size: number): BatchProgram {
    const known = this.batches.get(size);
    if (known) return known;
    const rows = [this.X, this.Y].map((M) => tf.keep(tf.zeros<tf.Rank.R2>([size, M.shape[0]])));
    try {
      const [XT, YT] = rows;
      const program = this.record(rows, () =>
        this.step(this.places, tf.transpose(XT), tf.transpose(YT), XT),
      );
      const dispose = () => {
        program.dispose();
        tf.dispose([...rows]);
      };
      this.batches.set(size, { ...program, rows, dispose });
      return this.batches.get(size)!;
    } catch (error) {
      tf.dispose([...rows]);
      throw error;
    }
  }

  private record(inputs: readonly Tensor2D[], step: () => Params): Program {
    const recording = record(this.backend, [...Object.values(this.places), ...inputs], step);
    const places = mapValues(this.places, (P) => this.data(P).id);
    return link(this.backend, recording, places);
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
      return tf.engine().makeTensorFromTensorInfo(info, this.backend) as Tensor2D;
    });
  }

  private copyRows(from: Tensor2D, rows: Int32Array, to: Tensor2D): void {
    const n = from.shape[1];
    const start = this.data(from).memoryOffset / 4;
    let at = this.data(to).memoryOffset / 4;
    const heap = this.backend.wasm.HEAPF32;
    for (const row of rows) {
      heap.copyWithin(at, start + row * n, start + (row + 1) * n);
      at += n;
    }
  }

  private copy(from: WasmData, to: WasmData, size: number): void {
    const start = from.memoryOffset / 4;
    this.backend.wasm.HEAPF32.copyWithin(to.memoryOffset / 4, start, start + size);
  }

  private data({ dataId }: tf.TensorInfo): WasmData {
    return this.backend.dataIdMap.get(dataId);
  }
}
