import type { DataId, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from '../../core/tensors.js';
import { observe, override, within } from '../observe.js';
import { mapValues, readsValues, runsInJavaScript } from '../step.js';
import type { NativeBackend, OpAttr } from './backend.js';
import { dataTypes, isGraphType } from './graph.js';

/** An operation that TensorFlow ran for the step. */
export interface Operation {
  readonly op: string;
  readonly attrs: readonly OpAttr[];
  readonly inputs: readonly DataId[];
  readonly outputs: readonly DataId[];
}

/** Tensors that do not depend on the varying ones. Kept until `release`. */
export type Constants = ReadonlyMap<DataId, Tensor>;

export interface Recording {
  /** Only operations whose result depends on a varying tensor. */
  readonly operations: readonly Operation[];
  readonly constants: Constants;
  /** The data id of each new value. */
  readonly outputs: Readonly<Record<string, DataId>>;
  readonly shapes: ReadonlyMap<DataId, readonly number[]>;
  /** Constant matrices that the step transposes, by what they become. */
  readonly transposes: ReadonlyMap<DataId, DataId>;
  /** Frees the constants that nothing reads. */
  keep(read: ReadonlySet<DataId>): void;
  release(): void;
}

/**
 * Runs `step` once and records the operations TensorFlow runs for it. `varying` are the tensors
 * whose values change between replays; anything that does not depend on them is a constant.
 *
 * The backend is restored when this returns or throws. If it throws, nothing is kept.
 *
 * @throws Refusal if a kernel runs in JavaScript or a value is read back.
 */
export function record(
  backend: NativeBackend,
  varying: readonly Tensor[],
  step: () => Params,
): Recording {
  const recorder = new Recorder(backend, varying);
  const end = recorder.listen();
  try {
    tf.tidy(() => recorder.hear(step()));
    return recorder;
  } catch (error) {
    recorder.release();
    throw error;
  } finally {
    end();
  }
}

class Recorder implements Recording {
  readonly operations: Operation[] = [];
  readonly constants = new Map<DataId, Tensor>();
  readonly shapes = new Map<DataId, readonly number[]>();
  readonly transposes = new Map<DataId, DataId>();
  outputs: Recording['outputs'] = {};
  private readonly varies: Set<DataId>;
  /** The running kernels, innermost last. */
  private readonly running: string[] = [];

  constructor(
    private readonly backend: NativeBackend,
    varying: readonly Tensor[],
  ) {
    this.varies = new Set(varying.map(({ dataId }) => dataId));
    for (const { dataId, shape } of varying) this.shapes.set(dataId, shape);
  }

  /** Records the new values. One that does not depend on the old ones is a constant. */
  hear(next: Params): void {
    this.outputs = mapValues(next, ({ dataId }) => dataId);
    for (const P of Object.values(next)) this.hold(P);
  }

  keep(read: ReadonlySet<DataId>): void {
    for (const [dataId, tensor] of this.constants) {
      if (read.has(dataId)) continue;
      tensor.dispose();
      this.constants.delete(dataId);
    }
  }

  release(): void {
    tf.dispose([...this.constants.values()]);
  }

  /** Listens to everything the backend does. Returns a function that stops it. */
  listen(): () => void {
    const { backend } = this;
    const endObserving = observe(backend, {
      kernel: (name, inputs, run) => this.kernel(name, inputs, run),
      read: (dataId) => this.read(dataId),
    });
    const { executeSingleOutput, executeMultipleOutputs } = backend;
    const putBack = override(backend, {
      executeSingleOutput: (op, attrs, inputs) => {
        const output = executeSingleOutput.call(backend, op, attrs, inputs);
        this.executed(op, attrs, inputs, [output]);
        return output;
      },
      executeMultipleOutputs: (op, attrs, inputs, n) => {
        const outputs = executeMultipleOutputs.call(backend, op, attrs, inputs, n);
        this.executed(op, attrs, inputs, outputs);
        return outputs;
      },
    });
    return () => {
      putBack();
      endObserving();
    };
  }

  private executed(
    op: string,
    attrs: readonly OpAttr[],
    inputs: readonly TensorInfo[],
    outputs: readonly Tensor[],
  ): void {
    if (!inputs.some(({ dataId }) => this.varies.has(dataId))) {
      if (op === 'Transpose') this.transposed(inputs[0], outputs[0]);
      return;
    }
    for (const input of inputs) this.hold(input);
    for (const { dataId, shape } of outputs) {
      this.varies.add(dataId);
      this.shapes.set(dataId, shape);
    }
    const idsOf = (infos: readonly TensorInfo[]) => infos.map(({ dataId }) => dataId);
    const typed = attrs.length > 0 ? attrs : this.typeOf(inputs[0]);
    this.operations.push({ op, attrs: typed, inputs: idsOf(inputs), outputs: idsOf(outputs) });
  }

  private transposed(M: TensorInfo, MT: Tensor): void {
    const [rows, columns] = M.shape;
    const isTurned = M.shape.length === 2 && MT.shape[0] === columns && rows !== columns;
    if (isTurned) this.transposes.set(MT.dataId, M.dataId);
  }

  /** T, which tfjs-node leaves to TensorFlow for ExpandDims; a graph needs it. */
  private typeOf({ dtype }: TensorInfo): OpAttr[] {
    if (!isGraphType(dtype)) return [];
    return [{ name: 'T', type: this.backend.binding.TF_ATTR_TYPE, value: dataTypes[dtype] }];
  }

  /** Keeps the data of a constant alive. */
  private hold({ dataId, shape, dtype }: TensorInfo): void {
    if (this.varies.has(dataId) || this.constants.has(dataId)) return;
    this.backend.incRef(dataId);
    this.shapes.set(dataId, shape);
    const tensor = tf.engine().makeTensorFromDataId(dataId, shape, dtype, this.backend);
    this.constants.set(dataId, tf.keep(tensor));
  }

  private kernel(
    name: string,
    inputs: readonly TensorInfo[],
    run: () => readonly TensorInfo[],
  ): void {
    const outputs = within(this.running, name, run);
    const known = new Set(inputs.map(({ dataId }) => dataId));
    if (![...known].some((dataId) => this.varies.has(dataId))) return;
    const computed = outputs.every(({ dataId }) => this.varies.has(dataId) || known.has(dataId));
    if (!computed && !['ZerosLike', 'OnesLike'].includes(name)) throw runsInJavaScript(name);
  }

  private read(dataId: DataId): void {
    if (!this.varies.has(dataId)) return;
    const name = this.running.at(-1);
    throw name === undefined ? readsValues() : runsInJavaScript(name);
  }
}
