import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { scratch } from '../scratch.js';
import type { Tensors } from '../subject.js';
import type { PackedPoint, PackedRecording, PointAnswer } from './answers.js';
import type { NamedValue, Operation } from './operation.js';
import { unpack } from './packed.js';
import { run, type Values, valuesOf } from './replay.js';

/**
 * Both passes of somebody's Python at one point, as recorded operations, with what a diagnosis asks
 * for. The tensors are kept until `dispose`, in double precision.
 */
export interface RecordedPasses {
  readonly kind: PointAnswer['kind'];
  /** What the gradients are asked of, by names: { W1, b1 } or { x, w, b }. */
  readonly params: Tensors;
  /** All other inputs, such as X and Y. */
  readonly data: Tensors;
  /** dout of a layer, by the name of its output. */
  readonly seeds: Tensors;
  /** J, or Σ dout · out of a layer: an output of `forward`. */
  readonly objective: Tensor;
  readonly forward: readonly Operation[];
  /** Empty where the recording does not give the numbers that the code gives. */
  readonly backward: readonly Operation[];
  /** What the backward recording returns: { dW1, … } among the outputs of its operations. */
  readonly returned: Tensors;
  /** Local variables in the order of their assignments, and the entries of the cache. */
  readonly values: readonly NamedValue[];
  /** The gradients by hand, as plain Python gives them. */
  readonly hand: Tensors;
  dispose(): void;
}

/** The recording of an answer, as tensors; undefined where the code could not be recorded. */
export function recordedPasses(
  point: PackedPoint,
  answer: PointAnswer,
): RecordedPasses | undefined {
  const recording = recordingOf(answer);
  if (!recording) return undefined;
  const kept: Tensor[] = [];
  const keep = <T extends Tensor>(tensor: T): T => {
    kept.push(tf.keep(tensor));
    return tensor;
  };
  return scratch(() => {
    const values = valuesOf(recording);
    const inputs = Object.fromEntries(
      Object.keys(point).map((name) => [name, values.get(recording.inputs[name]) as Tensor]),
    );
    const { operations, split } = recording;
    const forward = run(operations.slice(0, split), values);
    const isFaithful = Object.keys(recording.hand).length > 0;
    const backward = isFaithful ? run(operations.slice(split), values) : [];
    for (const tensor of new Set(values.values())) keep(tensor);
    const hand = Object.fromEntries(
      Object.entries(answer.hand).map(([leaf, packed]) => [
        `d${parameterOf(leaf, answer)}`,
        keep(unpack(packed)),
      ]),
    );
    const { params, data } = sorted(inputs, answer);
    return {
      kind: answer.kind,
      params,
      data,
      seeds: byName(recording.seeds, values),
      objective: values.get(recording.objective) as Tensor,
      forward,
      backward,
      returned: isFaithful ? byName(recording.hand, values) : {},
      values: namedValues(recording, values),
      hand,
      dispose: () => tf.dispose(kept),
    };
  });
}

export const recordingOf = ({ recording }: PointAnswer): PackedRecording | undefined =>
  recording && !('error' in recording) ? recording : undefined;

/** What a leaf is called in the report: A_prev where its gradient is called dA_prev. */
export function parameterOf(leaf: string, { named }: Pick<PointAnswer, 'named'>): string {
  return /^d(.+)$/.exec(named[leaf] ?? '')?.[1] ?? leaf;
}

/** The leaves that gradients are asked of, under the names of the report, and all others. */
export function sorted(inputs: Tensors, answer: Pick<PointAnswer, 'named' | 'leaves'>) {
  const asked = answer.leaves.map((leaf) => [parameterOf(leaf, answer), inputs[leaf]] as const);
  const others = Object.entries(inputs).filter(([name]) => !answer.leaves.includes(name));
  return {
    params: Object.fromEntries(asked) as Tensors,
    data: Object.fromEntries(others) as Tensors,
  };
}

const byName = (ids: Readonly<Record<string, number>>, values: Values): Tensors =>
  Object.fromEntries(
    Object.entries(ids).flatMap(([name, id]) => {
      const tensor = values.get(id);
      return tensor ? [[name, tensor]] : [];
    }),
  );

function namedValues({ names, cache }: PackedRecording, values: Values): NamedValue[] {
  const locals = names.flatMap(({ name, id, function: of, file, line, after }): NamedValue[] => {
    const tensor = values.get(id);
    return tensor ? [{ name, tensor, function: of, place: { file, line }, after }] : [];
  });
  const cached = cache.flatMap(({ name, id }): NamedValue[] => {
    const tensor = values.get(id);
    return tensor ? [{ name, tensor }] : [];
  });
  return [...locals, ...cached];
}
