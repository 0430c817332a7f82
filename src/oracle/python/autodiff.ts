import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../subject.js';
import { type Differentiated, differentiate } from '../tape.js';
import type { PackedRecording, PointAnswer } from './answers.js';
import { unpack } from './packed.js';
import { parameterOf, recordingOf } from './recorded.js';
import { run, valuesOf, withInputs } from './replay.js';

/** The gradients by hand, under the names of the report. */
export const handOf = (answer: PointAnswer): Tensors =>
  Object.fromEntries(
    Object.entries(answer.hand).map(([leaf, packed]) => {
      return [`d${parameterOf(leaf, answer)}`, unpack(packed)];
    }),
  );

/** Autodiff of a forward pass that was recorded whole; undefined where it was not. */
export function autodiffOf(
  answer: PointAnswer,
  params: Tensors,
): Omit<Differentiated<{ cost: Tensor }>, 'result'> | undefined {
  if (answer.autodiff) {
    const grads = handOf({ ...answer, hand: answer.autodiff });
    return { grads, steps: [], dispose: () => tf.dispose(grads) };
  }
  const recording = recordingOf(answer);
  if (!recording || recording.stops.some(({ after }) => after <= recording.split)) return undefined;
  try {
    const made = differentiateRecording(recording, params, answer);
    const [J] = made.result.cost.dataSync();
    const near = Math.abs(J - (answer.objective ?? Number.NaN)) <= 1e-9 * Math.max(1, Math.abs(J));
    if (near) return made;
    made.dispose();
  } catch {
    // The differences decide, and a note says so.
  }
  return undefined;
}

/** Autodiff of the recorded forward pass. The caller disposes the result. */
function differentiateRecording(
  recording: PackedRecording,
  params: Tensors,
  answer: PointAnswer,
): Differentiated<{ cost: Tensor }> {
  const leaves = new Map(answer.leaves.map((leaf) => [parameterOf(leaf, answer), leaf]));
  return differentiate((own) => {
    const given = Object.entries(own).map(([name, tensor]) => [leaves.get(name) as string, tensor]);
    const values = withInputs(valuesOf(recording), recording, Object.fromEntries(given));
    run(recording.operations.slice(0, recording.split), values);
    return { cost: tf.reshape(values.get(recording.objective) as Tensor, []) };
  }, params);
}
