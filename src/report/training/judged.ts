import type { SampleSet } from '../../data/sampleSet.js';
import { type ClassMetrics, classMetrics } from '../../metrics/classMetrics.js';
import { type NumberMetrics, numberMetrics } from '../../metrics/numberMetrics.js';
import type { ClassAnswers, NumberAnswers } from '../../metrics/samples.js';

/** Answers that are classes, and how good they are. */
export interface ClassJudgement {
  readonly kind: 'classes';
  readonly answers: ClassAnswers;
  readonly metrics: ClassMetrics;
}

/** Answers that are numbers, in the units of their targets, and how good they are. */
export interface NumberJudgement {
  readonly kind: 'numbers';
  readonly answers: NumberAnswers;
  readonly metrics: NumberMetrics;
}

/** A part of the data. */
export interface NamedSet {
  /** Such as `validation`. */
  readonly name: string;
  readonly set: SampleSet;
}

/** A part with what a network says of it. */
export interface JudgedPart<Judgement = ClassJudgement | NumberJudgement> extends NamedSet {
  readonly judgement: Judgement;
}

/**
 * What a network's outputs for all samples of a set are worth.
 *
 * @param outputs sample after sample: m · k probabilities (of two classes, those of the second will do),
 *   or m · n numbers in the units of the targets.
 * @throws ShapeError, ValueError as `classMetrics` and `numberMetrics`.
 */
export function judge(
  name: string,
  set: SampleSet,
  outputs: Float32Array | Float64Array,
): JudgedPart {
  const { targets } = set;
  if (targets.kind === 'classes') {
    const { labels, classes } = targets;
    const answers = { labels, classes, probabilities: outputs };
    const metrics = classMetrics(answers);
    return { name, set, judgement: { kind: 'classes', answers, metrics } };
  }
  const answers = { targets: targets.values, predictions: outputs, names: targets.names };
  const metrics = numberMetrics(answers);
  return { name, set, judgement: { kind: 'numbers', answers, metrics } };
}

export const ofClasses = (part: JudgedPart): part is JudgedPart<ClassJudgement> =>
  part.judgement.kind === 'classes';

export const ofNumbers = (part: JudgedPart): part is JudgedPart<NumberJudgement> =>
  part.judgement.kind === 'numbers';
