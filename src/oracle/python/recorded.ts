import type { Tensors } from '../subject.js';
import type { PackedRecording, PointAnswer } from './answers.js';

/** The recording of an answer; undefined where the code could not be recorded. */
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
