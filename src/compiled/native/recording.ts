import type { DataId, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from '../../core/tensors.js';
import { observe, override, within } from '../observe.js';
import { mapValues, readsValues, runsInJavaScript } from '../step.js';
import type { NativeBackend, OpAttr } from './backend.js';

/** An operation that TensorFlow ran for the step. */
export interface Operation {
  readonly op: string;
  readonly attrs: readonly OpAttr[];
  readonly inputs: readonly DataId[];
  readonly outputs: readonly DataId[];
}

/** What a tensor held that the step did not compute from what varies. It is kept until `release`. */
export type Constants = ReadonlyMap<DataId, Tensor>;

export interface Recording {
  /** Only those whose result depends on what varies. */
  readonly operations: readonly Operation[];
  readonly constants: Constants;
  /** Where the data of each new value was. */
  readonly outputs: Readonly<Record<string, DataId>>;
  readonly shapes: ReadonlyMap<DataId, readonly number[]>;
  release(): void;
}

/**
 * Runs `step` once and writes down the operations that TensorFlow ran for it. `varying` are the
 * tensors whose values will be others when they run again; what does not depend on them is a constant.
 *
 * The backend is as before when this returns, and when it throws: then nothing is held.
 *
 * @throws Refusal where a kernel runs in JavaScript, or a value is read back.
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
  outputs: Recording['outputs'] = {};
  private readonly varies: Set<DataId>;
  /** The kernels that are running, the innermost last. */
  private readonly running: string[] = [];

  constructor(
    private readonly backend: NativeBackend,
    varying: readonly Tensor[],
  ) {
    this.varies = new Set(varying.map(({ dataId }) => dataId));
    for (const { dataId, shape } of varying) this.shapes.set(dataId, shape);
  }

  /** The new values. One that the step did not compute from the old ones is a constant. */
  hear(next: Params): void {
    this.outputs = mapValues(next, ({ dataId }) => dataId);
    for (const P of Object.values(next)) this.hold(P);
  }

  release(): void {
    tf.dispose([...this.constants.values()]);
  }

  /** Hears of all that the backend does, until the function that comes back is called. */
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
    if (!inputs.some(({ dataId }) => this.varies.has(dataId))) return;
    for (const input of inputs) this.hold(input);
    for (const { dataId, shape } of outputs) {
      this.varies.add(dataId);
      this.shapes.set(dataId, shape);
    }
    const idsOf = (infos: readonly TensorInfo[]) => infos.map(({ dataId }) => dataId);
    this.operations.push({ op, attrs, inputs: idsOf(inputs), outputs: idsOf(outputs) });
  }

  /** Keeps the data of a constant. */
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
