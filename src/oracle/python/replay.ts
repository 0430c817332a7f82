import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { PackedOperation, PackedRecording } from './answers.js';
import { unpack } from './packed.js';

/** The values of a recording by their ids, as far as they are computed. */
export type Values = Map<number, Tensor>;

/** The inputs and the constants of a recording. The caller owns the tensors. */
export const valuesOf = ({ values }: PackedRecording): Values =>
  new Map(values.map((value) => [value.id, unpack(value)]));

/** The same with other numbers for the inputs. */
export function withInputs(
  values: Values,
  { inputs }: PackedRecording,
  given: Readonly<Record<string, Tensor>>,
): Values {
  const own = new Map(values);
  for (const [name, tensor] of Object.entries(given)) own.set(inputs[name], tensor);
  return own;
}

/**
 * Runs recorded operations one after another, each output under its id. The tensors are the current
 * scope's. Whole numbers and truths are constants for whoever differentiates: no gradient goes through
 * them, and TensorFlow.js would ask for one.
 */
export function run(operations: readonly PackedOperation[], values: Values): void {
  for (const { kernel, attrs, inputs, outputs } of operations) {
    const own = Object.fromEntries(
      Object.entries(inputs).map(([name, id]) => [name, values.get(id) as Tensor]),
    );
    // Kernels of a list take an array: their gradients demand it.
    const given = '0' in own ? Object.values(own) : own;
    const result = tf
      .engine()
      .runKernel(kernel, given as unknown as NamedTensorMap, attrs as never) as Tensor | Tensor[];
    const made = (Array.isArray(result) ? result : [result]).map((tensor) =>
      tensor.dtype !== 'float32'
        ? tf.tensor(tensor.dataSync().slice(), tensor.shape, tensor.dtype)
        : tensor,
    );
    outputs.forEach((id, i) => void values.set(id, made[i]));
  }
}
