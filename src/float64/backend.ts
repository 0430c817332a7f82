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
import { type Loan, lend } from './loans.js';
import { isActive } from './name.js';

interface Entry {
  values: Values;
  refCount: number;
}

/** Stores float32 tensors as doubles and counts references to them. */
export class Float64Backend extends KernelBackend {
  private readonly data = new DataStorage<Entry>(this, engine());

  /** Takes ownership of a kernel's result. */
  store({ values, shape, dtype }: NdArray): TensorInfo {
    const dataId = {};
    this.data.set(dataId, { values, refCount: 1 });
    return { dataId, shape, dtype };
  }

  /** A tensor's values, moved from another backend if necessary. */
  load({ dataId, shape, dtype }: TensorInfo): NdArray {
    if (!engine().state.tensorInfo.has(dataId) && !this.data.has(dataId)) {
      throw new ValueError(
        `A tensor of shape (${shape.join(', ')}) is used after it was disposed. Dispose it later, or tf.keep it where a tf.tidy ends. (Or another copy of TensorFlow.js made it.)`,
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
   * The doubles of a float32 tensor, without copying, unless they are lent (see `lending`). Other
   * backends store four bytes per number and receive rounded values, so read a tensor before switching
   * backends.
   */
  override readSync(dataId: DataId): BackendValues {
    const entry = this.data.get(dataId);
    const values = lend(dataId, entry);
    const rounded = values instanceof Float64Array && !isActive();
    return (rounded ? Float32Array.from(values) : values) as BackendValues;
  }

  /** Takes back what was lent of a tensor that is still there. */
  takeBack({ dataId, before }: Loan): void {
    if (this.data.has(dataId)) this.data.get(dataId).values = before;
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

  /** Releases one reference, or all of them with `force`. Returns true once the data is freed. */
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

  /** 64, which tfjs's types do not allow for. */
  override floatPrecision(): 16 | 32 {
    return 64 as unknown as 32;
  }

  /** Added to denominators by optimizers; the default 1e-7 is too large in double precision. */
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
