import {
  type BackendValues,
  type DataId,
  DataStorage,
  type DataType,
  engine,
  KernelBackend,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import { ValueError } from '../core/errors.js';
import type { NdArray, Values } from './array.js';
import { unrounded } from './doubles.js';
import { isActive } from './name.js';

interface Entry {
  readonly values: Values;
  refCount: number;
}

/** Keeps every float32 tensor as doubles, and counts who refers to them. */
export class Float64Backend extends KernelBackend {
  private readonly data = new DataStorage<Entry>(this, engine());

  /** Takes over a kernel's result, which nothing else refers to. */
  store({ values, shape, dtype }: NdArray): TensorInfo {
    const dataId = {};
    this.data.set(dataId, { values, refCount: 1 });
    return { dataId, shape, dtype };
  }

  /** A tensor's values, fetched from another backend where they still are. */
  load({ dataId, shape, dtype }: TensorInfo): NdArray {
    if (!engine().state.tensorInfo.has(dataId) && !this.data.has(dataId)) {
      throw new ValueError(
        `A tensor of shape (${shape.join(', ')}) is used after it was disposed. Dispose it later, or tf.keep it where a tf.tidy ends.`,
      );
    }
    return { values: this.data.get(dataId).values, shape, dtype };
  }

  override write(values: BackendValues, _shape: number[], dtype: DataType): DataId {
    const dataId = {};
    this.move(dataId, values, _shape, dtype, 1);
    return dataId;
  }

  override move(
    dataId: DataId,
    values: BackendValues,
    _shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    this.data.set(dataId, { values: toDoubles(values, dtype), refCount });
  }

  /**
   * A float32 tensor's doubles, the array itself. To another backend, which takes four bytes for
   * each number, they go rounded: read a tensor before you leave this backend.
   */
  override readSync(dataId: DataId): BackendValues {
    const { values } = this.data.get(dataId);
    const rounded = values instanceof Float64Array && !isActive();
    return (rounded ? Float32Array.from(values) : values) as BackendValues;
  }

  override async read(dataId: DataId): Promise<BackendValues> {
    return this.readSync(dataId);
  }

  override refCount(dataId: DataId): number {
    return this.data.has(dataId) ? this.data.get(dataId).refCount : 0;
  }

  override incRef(dataId: DataId): void {
    this.data.get(dataId).refCount++;
  }

  /** Drops one reference, or all of them by force. True when the data are gone. */
  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.data.has(dataId)) {
      return true;
    }
    const entry = this.data.get(dataId);
    entry.refCount--;
    if (entry.refCount > 0 && !force) {
      return false;
    }
    this.data.delete(dataId);
    return true;
  }

  override numDataIds(): number {
    return this.data.numDataIds();
  }

  override memory(): { unreliable: boolean; reasons: string[] } {
    return {
      unreliable: true,
      reasons: ['A float32 tensor holds 8 bytes for each number here, and numBytes counts 4.'],
    };
  }

  override async time(run: () => void): Promise<{ kernelMs: number }> {
    const start = util.now();
    run();
    return { kernelMs: util.now() - start };
  }

  /** 64 bits, which tfjs's types do not foresee. */
  override floatPrecision(): 16 | 32 {
    return 64 as unknown as 32;
  }

  /** What optimizers add to a denominator, where 1e-7 would be felt. */
  override epsilon(): number {
    return 1e-16;
  }

  override dispose(): void {}
}

function toDoubles(values: BackendValues, dtype: DataType): Values {
  const given: unknown = values;
  if (dtype !== 'float32' || given instanceof Float64Array) {
    return given as Values;
  }
  return given instanceof Float32Array ? unrounded(given) : Float64Array.from(given as number[]);
}
