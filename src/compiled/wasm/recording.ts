import type { DataId, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from '../../core/tensors.js';
import { type Observer, observe, override, within } from '../observe.js';
import { mapValues, Refusal, readsValues, runsInJavaScript } from '../step.js';
import type { Argument, WasmBackend } from './backend.js';
import { signatures } from './kernels.js';
import type { Product } from './product.js';

/** A call of a kernel's C function; or a product of our own; or else a copy, which JavaScript made. */
export interface Call {
  readonly kernel?: string;
  readonly product?: Product;
  readonly args: readonly Argument[];
  readonly reads: readonly number[];
  readonly writes: number;
}

/** What a step did, with every tensor of it still in its place. */
export interface Recording {
  /** Only those whose result depends on what varies. */
  readonly calls: readonly Call[];
  /** The ids of all that will be other values when the calls are made again. */
  readonly varying: ReadonlySet<number>;
  /** The id of each new value. */
  readonly outputs: Readonly<Record<string, number>>;
  dataIdOf(id: number): DataId;
  /** Frees what the recording holds, but for `kept`; what that needs from others is held, too. */
  keepOnly(kept: ReadonlySet<number>): () => void;
}

/** Kernels that look at the shape of their input only. */
const constantKernels = new Set(['ZerosLike', 'OnesLike']);

/**
 * Runs `step` once and writes down the calls that its kernels make in the WASM module. Nothing that
 * it computes with is freed, so that the calls can be made again. `varying` are the tensors whose
 * values will be others then; what does not depend on them is a constant.
 *
 * The backend is as before when this returns, and when it throws: then nothing is held.
 *
 * @throws Refusal where a kernel is not known, runs in JavaScript, or a value is read back.
 */
export function record(
  backend: WasmBackend,
  varying: readonly Tensor[],
  step: () => Params,
): Recording {
  const calls: Call[] = [];
  const dataIds = new Map<number, DataId>();
  const released = new Set<DataId>();
  /** Made in a kernel, and not yet written to. */
  const blank = new Set<number>();
  const varies = new Set<number>();
  const running: { name: string; varies: boolean; copiesFrom?: number }[] = [];

  const idOf = ({ dataId }: { dataId: DataId }) => {
    const { id } = backend.dataIdMap.get(dataId);
    dataIds.set(id, dataId);
    return id;
  };
  const write = (call: Call) => {
    calls.push(call);
    blank.delete(call.writes);
    varies.add(call.writes);
  };

  const call = (kernel: string, args: readonly Argument[]) => {
    const current = running.at(-1);
    if (!current?.varies) return;
    const signature = signatures.get(kernel);
    if (!signature) throw new Refusal(`The kernel ${current.name} is not one that is recorded.`);
    const reads = signature.reads.map((at) => args[at] as number);
    if (reads.some((id) => blank.has(id))) throw runsInJavaScript(current.name);
    write({ kernel, args, reads, writes: args.at(signature.writes) as number });
  };

  /** Two arrays in a row, of the same size, the second one blank: a clone or a cast. */
  const arrayTaken = (info: TensorInfo) => {
    const current = running.at(-1);
    if (!current?.varies) return;
    const id = idOf(info);
    const from = current.copiesFrom;
    current.copiesFrom = id;
    if (from === undefined || blank.has(from) || !blank.has(id)) return;
    if (sizeOf(backend, dataIds.get(from)!) !== sizeOf(backend, info.dataId)) return;
    write({ args: [], reads: [from], writes: id });
  };

  const kernel: Observer['kernel'] = (name, inputs, run) => {
    const read = inputs.map(idOf);
    const current = { name, varies: read.some((id) => varies.has(id)) };
    const outputs = within(running, current, run);
    for (const id of outputs.map(idOf)) {
      const constant = !current.varies || constantKernels.has(name);
      if (constant) blank.delete(id);
      else if (!varies.has(id) && !read.includes(id)) throw runsInJavaScript(name);
    }
  };

  const restore = listen(backend, {
    call,
    kernel,
    arrayTaken,
    made: (dataId, values) => {
      if (values === null) blank.add(idOf({ dataId }));
    },
    read: () => {
      if (running.length === 0) throw readsValues();
    },
    freed: (dataId) => released.add(dataId),
  });
  const free = (dataId: DataId) => backend.disposeData(dataId, true);
  try {
    for (const tensor of varying) varies.add(idOf(tensor));
    // The reshape makes sure that what is disposed below is not the caller's own tensor.
    const next = tf.tidy(() => mapValues(step(), (P) => tf.reshape(P, P.shape)));
    const outputs = mapValues(next, idOf);
    tf.dispose(next);
    restore();
    for (const dataId of released) dataIds.set(backend.dataIdMap.get(dataId).id, dataId);
    return {
      calls,
      varying: varies,
      outputs,
      dataIdOf: (id) => dataIds.get(id)!,
      keepOnly: (kept) => {
        const own = new Set<DataId>();
        const borrowed: Tensor[] = [];
        for (const id of kept) {
          const dataId = dataIds.get(id)!;
          if (released.has(dataId)) own.add(dataId);
          else borrowed.push(borrow(backend, dataId));
        }
        for (const dataId of released) if (!own.has(dataId)) free(dataId);
        return () => {
          own.forEach(free);
          tf.dispose(borrowed);
        };
      },
    };
  } catch (error) {
    restore();
    released.forEach(free);
    throw error;
  }
}

const sizeOf = (backend: WasmBackend, dataId: DataId) =>
  tf.util.sizeFromShape([...backend.dataIdMap.get(dataId).shape]);

/** A tensor of ours on data of others: as long as it lives, so does the data. */
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

/** Tells the listener of all that the backend does. The function that comes back ends it. */
function listen(backend: WasmBackend, listener: Listener): () => void {
  const { wasm } = backend;
  // A kernel asks for its C function in its set-up.
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
