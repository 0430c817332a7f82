import type { DataId, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from '../../core/tensors.js';
import { type Observer, observe, override, within } from '../observe.js';
import { mapValues, Refusal, readsValues, runsInJavaScript } from '../step.js';
import type { Body } from './assembler.js';
import type { Argument, WasmBackend } from './backend.js';
import { type Attributes, type Copy, copiesOf, copiesOnly } from './copies.js';
import { readsOf, signatures } from './kernels.js';

/** Generated code in a kernel's place, for given addresses of what it reads and writes. */
export interface Own {
  /** The result may overwrite what it reads, of the same size, but for so many of the first. Default: all. */
  readonly wholes?: number;
  /** The first matrix it reads never changes, and is read from a transposed copy. */
  readonly turned?: { readonly rows: number; readonly columns: number };
  /** Bytes that its code uses while it runs, at the address `scratch`. Default: none. */
  readonly scratch?: number;
  code(from: readonly number[], to: number, scratch: number): Body;
}

/**
 * A call to a kernel's C function, code of our own, copies of parts, one for each tensor that it
 * reads, or otherwise a copy made in JavaScript.
 */
export interface Call {
  readonly kernel?: string;
  readonly copies?: readonly Copy[];
  readonly own?: Own;
  readonly args: readonly Argument[];
  readonly reads: readonly number[];
  readonly writes: number;
}

/** What a step did, with all of its tensors still in place. */
export interface Recording {
  /** Only calls whose result depends on a varying tensor. */
  readonly calls: readonly Call[];
  /** The ids of all tensors whose values change between replays. */
  readonly varying: ReadonlySet<number>;
  /** The id of each new value. */
  readonly outputs: Readonly<Record<string, number>>;
  dataIdOf(id: number): DataId;
  /**
   * Frees everything but `kept`, and keeps borrowed tensors in it alive. Returns a release
   * function.
   */
  keepOnly(kept: ReadonlySet<number>): () => void;
}

/** Kernels that only use the shape of their input. */
const constantKernels = new Set(['ZerosLike', 'OnesLike']);

/**
 * Runs `step` once and records the calls its kernels make into the WASM module. Keeps all of its
 * tensors, so that the calls can be replayed. `varying` are the tensors whose values change between
 * replays; anything that does not depend on them is a constant.
 *
 * The backend is restored when this returns or throws. If it throws, nothing is kept.
 *
 * @throws Refusal if a kernel is unknown or runs in JavaScript, or if a value is read back.
 */
export function record(
  backend: WasmBackend,
  varying: readonly Tensor[],
  step: () => Params,
): Recording {
  const recorder = new Recorder(backend, varying);
  const restore = listen(backend, recorder);
  try {
    // Reshape, so that the dispose below does not hit the caller's own tensor.
    const next = tf.tidy(() => mapValues(step(), (P) => tf.reshape(P, P.shape)));
    recorder.hear(next);
    tf.dispose(next);
    restore();
    return recorder;
  } catch (error) {
    restore();
    recorder.freeAll();
    throw error;
  }
}

/** A running kernel: whether it reads a varying tensor, and the last array it took. */
interface Running {
  readonly name: string;
  readonly varies: boolean;
  copiesFrom?: number;
}

class Recorder implements Recording, Listener {
  readonly calls: Call[] = [];
  readonly varying = new Set<number>();
  outputs: Readonly<Record<string, number>> = {};
  private readonly dataIds = new Map<number, DataId>();
  private readonly released = new Set<DataId>();
  /** Allocated in a kernel, and not yet written to. */
  private readonly blank = new Set<number>();
  private readonly running: Running[] = [];

  constructor(
    private readonly backend: WasmBackend,
    varying: readonly Tensor[],
  ) {
    for (const tensor of varying) this.varying.add(this.idOf(tensor));
  }

  /** Records the new values. */
  hear(next: Readonly<Record<string, Tensor>>): void {
    this.outputs = mapValues(next, (P) => this.idOf(P));
  }

  dataIdOf(id: number): DataId {
    return this.dataIds.get(id)!;
  }

  keepOnly(kept: ReadonlySet<number>): () => void {
    const own = new Set<DataId>();
    const borrowed: Tensor[] = [];
    for (const id of kept) {
      const dataId = this.dataIdOf(id);
      if (this.released.has(dataId)) own.add(dataId);
      else borrowed.push(borrow(this.backend, dataId));
    }
    for (const dataId of this.released) if (!own.has(dataId)) this.free(dataId);
    return () => {
      for (const dataId of own) this.free(dataId);
      tf.dispose(borrowed);
    };
  }

  freeAll(): void {
    for (const dataId of this.released) this.free(dataId);
  }

  /** A C function is called. */
  call(kernel: string, args: readonly Argument[]): void {
    const current = this.running.at(-1);
    if (!current?.varies) return;
    const signature = signatures.get(kernel);
    if (!signature) throw new Refusal(`The kernel ${current.name} is not one that is recorded.`);
    const reads = readsOf(signature, args);
    if (reads.some((id) => this.blank.has(id))) throw runsInJavaScript(current.name);
    this.write({ kernel, args, reads, writes: args.at(signature.writes) as number });
  }

  /** Two arrays of the same size in a row, the second one blank, mean a clone or a cast. */
  arrayTaken(info: TensorInfo): void {
    const current = this.running.at(-1);
    if (!current?.varies) return;
    const id = this.idOf(info);
    const from = current.copiesFrom;
    current.copiesFrom = id;
    if (from === undefined || this.blank.has(from) || !this.blank.has(id)) return;
    if (sizeOf(this.backend, this.dataIdOf(from)) !== sizeOf(this.backend, info.dataId)) return;
    this.write({ args: [], reads: [from], writes: id });
  }

  kernel(
    name: string,
    inputs: readonly TensorInfo[],
    run: () => readonly TensorInfo[],
    attrs: Attributes,
  ): void {
    const read = inputs.map((input) => this.idOf(input));
    const varies = read.some((id) => this.varying.has(id));
    if (varies && copiesOnly(name)) {
      this.copied(name, inputs, within(this.running, { name, varies: false }, run), attrs);
      return;
    }
    const current = { name, varies };
    const outputs = within(this.running, current, run);
    for (const id of outputs.map((output) => this.idOf(output))) {
      const constant = !current.varies || constantKernels.has(name);
      if (constant) this.blank.delete(id);
      else if (!this.varying.has(id) && !read.includes(id)) throw runsInJavaScript(name);
    }
  }

  /** A kernel has cut a tensor into pieces, or joined some. */
  private copied(
    name: string,
    inputs: readonly TensorInfo[],
    outputs: readonly TensorInfo[],
    attrs: Attributes,
  ): void {
    const dtypes = new Set([...inputs, ...outputs].map(({ dtype }) => dtype));
    if (dtypes.size > 1) throw runsInJavaScript(name); // it converts
    const copies = copiesOf(name, inputs, outputs, attrs);
    const reads = inputs.map((input) => this.idOf(input));
    const ids = outputs.map((output) => this.idOf(output));
    // A stack of one tensor is the same data.
    if (ids.every((id) => reads.includes(id))) return;
    if (ids.length === 1) this.write({ copies, args: [], reads, writes: ids[0] });
    else {
      ids.forEach((writes, i) => {
        this.write({ copies: [copies[i]], args: [], reads, writes });
      });
    }
  }

  made(dataId: DataId, values: unknown): void {
    if (values === null) this.blank.add(this.idOf({ dataId }));
  }

  read(): void {
    if (this.running.length === 0) throw readsValues();
  }

  freed(dataId: DataId): void {
    this.released.add(dataId);
    this.idOf({ dataId });
  }

  private idOf({ dataId }: { dataId: DataId }): number {
    const { id } = this.backend.dataIdMap.get(dataId);
    this.dataIds.set(id, dataId);
    return id;
  }

  private write(call: Call): void {
    this.calls.push(call);
    this.blank.delete(call.writes);
    this.varying.add(call.writes);
  }

  private free(dataId: DataId): void {
    this.backend.disposeData(dataId, true);
  }
}

const sizeOf = (backend: WasmBackend, dataId: DataId) =>
  tf.util.sizeFromShape([...backend.dataIdMap.get(dataId).shape]);

/** Our own tensor on someone else's data, which keeps the data alive. */
function borrow(backend: WasmBackend, dataId: DataId): Tensor {
  const { shape, dtype } = backend.dataIdMap.get(dataId);
  backend.incRef(dataId);
  return tf.keep(tf.engine().makeTensorFromDataId(dataId, [...shape], dtype, backend));
}

interface Listener extends Observer {
  call(kernel: string, args: readonly Argument[]): void;
  arrayTaken(info: TensorInfo): void;
  made(dataId: DataId, values: unknown): void;
  freed(dataId: DataId): void;
}

/** Reports everything the backend does to the listener. Returns a function that stops it. */
function listen(backend: WasmBackend, listener: Listener): () => void {
  const { wasm } = backend;
  // A kernel looks up its C function in its setup.
  const setUp = () => {
    for (const { setupFunc } of tf.getKernelsForBackend(tf.getBackend())) setupFunc?.(backend);
  };
  const { cwrap } = wasm;
  wasm.cwrap = (name, returns, types) => {
    const call = cwrap(name, returns, types);
    return (...args) => {
      listener.call(name, args);
      return call(...args);
    };
  };
  setUp();
  const endObserving = observe(backend, listener);
  const { move, typedArrayFromHeap } = backend;
  const putBack = override(backend, {
    move(dataId, values, ...rest) {
      move.call(backend, dataId, values, ...rest);
      listener.made(dataId, values);
    },
    typedArrayFromHeap(info) {
      listener.arrayTaken(info);
      return typedArrayFromHeap.call(backend, info);
    },
    disposeData(dataId, force = false) {
      if (!backend.dataIdMap.has(dataId)) return true;
      const data = backend.dataIdMap.get(dataId);
      data.refCount--;
      if (!force && data.refCount > 0) return false;
      listener.freed(dataId);
      return true;
    },
  });
  return () => {
    putBack();
    endObserving();
    wasm.cwrap = cwrap;
    setUp();
  };
}
