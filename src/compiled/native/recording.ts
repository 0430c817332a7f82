import type { DataId, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from '../../core/tensors.js';
import { type Observer, observe, override, within } from '../observe.js';
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
  const operations: Operation[] = [];
  const constants = new Map<DataId, Tensor>();
  const shapes = new Map<DataId, readonly number[]>();
  const varies = new Set(varying.map(({ dataId }) => dataId));
  const running: string[] = [];
  for (const { dataId, shape } of varying) shapes.set(dataId, shape);

  const executed = (op: string, attrs: OpAttr[], inputs: TensorInfo[], outputs: Tensor[]) => {
    if (!inputs.some(({ dataId }) => varies.has(dataId))) return;
    for (const { dataId, shape, dtype } of inputs) {
      if (varies.has(dataId) || constants.has(dataId)) continue;
      backend.incRef(dataId);
      shapes.set(dataId, shape);
      constants.set(
        dataId,
        tf.keep(tf.engine().makeTensorFromDataId(dataId, shape, dtype, backend)),
      );
    }
    for (const { dataId, shape } of outputs) {
      varies.add(dataId);
      shapes.set(dataId, shape);
    }
    const idsOf = (infos: readonly TensorInfo[]) => infos.map(({ dataId }) => dataId);
    operations.push({ op, attrs, inputs: idsOf(inputs), outputs: idsOf(outputs) });
  };
  const kernel: Observer['kernel'] = (name, inputs, run) => {
    const outputs = within(running, name, run);
    const known = new Set(inputs.map(({ dataId }) => dataId));
    if (![...known].some((dataId) => varies.has(dataId))) return;
    const computed = outputs.every(({ dataId }) => varies.has(dataId) || known.has(dataId));
    if (!computed && !['ZerosLike', 'OnesLike'].includes(name)) throw runsInJavaScript(name);
  };
  const read = (dataId: DataId) => {
    if (!varies.has(dataId)) return;
    const name = running.at(-1);
    throw name === undefined ? readsValues() : runsInJavaScript(name);
  };

  const endObserving = observe(backend, { kernel, read });
  const { executeSingleOutput, executeMultipleOutputs } = backend;
  const putBack = override(backend, {
    executeSingleOutput(op, attrs, inputs) {
      const output = executeSingleOutput.call(backend, op, attrs, inputs);
      executed(op, attrs, inputs, [output]);
      return output;
    },
    executeMultipleOutputs(op, attrs, inputs, n) {
      const outputs = executeMultipleOutputs.call(backend, op, attrs, inputs, n);
      executed(op, attrs, inputs, outputs);
      return outputs;
    },
  });
  const release = () => tf.dispose([...constants.values()]);
  try {
    let outputs: Recording['outputs'] = {};
    tf.tidy(() => {
      outputs = mapValues(step(), ({ dataId }) => dataId);
    });
    return { operations, constants, outputs, shapes, release };
  } catch (error) {
    release();
    throw error;
  } finally {
    putBack();
    endObserving();
  }
}
