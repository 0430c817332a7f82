import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type ForwardEngine, type Outputs, type Pass, sumOf } from '../pass.js';
import type { WasmBackend, WasmData } from './backend.js';
import { link, type Program } from './program.js';
import { record } from './recording.js';

/** A forward pass as the calls its kernels make into the WASM module. */
export class WasmForward implements ForwardEngine {
  readonly engine = 'wasm';
  private readonly backend = tf.backend() as WasmBackend;
  private readonly AL: Tensor;
  private readonly program: Program;

  /** `X` is where the samples will lie. It must outlive the recording. */
  constructor(
    pass: Pass,
    private readonly X: Tensor,
    shape: readonly number[],
  ) {
    this.AL = tf.keep(tf.zeros([...shape]));
    const { backend, AL } = this;
    try {
      const recording = record(backend, [X, AL], () => ({ AL: pass(X) }));
      this.program = link(backend, recording, { AL: this.data(AL).id });
    } catch (error) {
      AL.dispose();
      throw error;
    }
  }

  run(x: Float32Array): Outputs {
    const { wasm } = this.backend;
    const heap = this.X.dtype === 'int32' ? wasm.HEAP32 : wasm.HEAPF32;
    heap.set(x, this.data(this.X).memoryOffset / 4);
    this.program.run(1);
    const start = this.data(this.AL).memoryOffset / 4;
    return { AL: wasm.HEAPF32.slice(start, start + this.AL.size), sum: sumOf(x) };
  }

  dispose(): void {
    this.program.dispose();
    this.AL.dispose();
  }

  private data({ dataId }: Tensor): WasmData {
    return this.backend.dataIdMap.get(dataId);
  }
}
