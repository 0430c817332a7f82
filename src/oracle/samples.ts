import { CheckError } from '../core/errors.js';
import type { Point, Subject } from './subject.js';

/** How Y's samples lie: 'columns' are along its last axis, 'rows' along its first. */
export type SampleAxis = 'rows' | 'columns';

export const labelKinds = ['binary', 'one-hot', 'real'] as const;
const axes: readonly SampleAxis[] = ['rows', 'columns'];

/** @throws CheckError where `labels` or `samples` are none that the check knows. */
export function assertKinds({ labels, samples }: Subject): void {
  const refuse = (name: string, value: unknown, known: readonly string[]) => {
    if (value === undefined || known.includes(value as string)) return;
    const list = known.map((kind) => `'${kind}'`).join(', ');
    throw new CheckError(`${name} is ${JSON.stringify(value)}; it must be one of ${list}.`);
  };
  refuse('labels', labels, labelKinds);
  refuse('samples', samples, axes);
}

/**
 * Along which axis the samples lie: as the module says; else the side that X and Y have in common, the
 * last of both first: (n_x, m) with (n_y, m), or (N, D) with (N, C). Undefined where they have none.
 */
export function sampleAxis(
  X: readonly (string | number)[],
  Y: readonly (string | number)[],
  said?: SampleAxis,
): SampleAxis | undefined {
  if (said) return said;
  if (Y.length > 1 && X.length > 1 && X.at(-1) === Y.at(-1)) return 'columns';
  return X.length > 0 && X[0] === Y[0] ? 'rows' : undefined;
}

/** The axis of the samples of a point's X and Y, and how many there are; undefined where they are no matrices. */
export function samplesOf({ X, Y, samples }: Point): { axis: 0 | 1; count: number } | undefined {
  if (X.rank !== 2 || Y.rank !== 2) return undefined;
  const found = sampleAxis(X.shape, Y.shape, samples);
  const axis = found === 'rows' ? 0 : 1;
  const count = X.shape[axis] as number;
  return found && count === Y.shape[axis] ? { axis, count } : undefined;
}
