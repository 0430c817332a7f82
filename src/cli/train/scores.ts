import type { Network } from '../../core/network.js';
import type { Params } from '../../core/tensors.js';
import type { TargetScaling } from '../../data/prepare.js';
import type { SampleSet } from '../../data/sampleSet.js';
import { type JudgedPart, judge } from '../../report/training/judged.js';
import { type Judged, type Outputs, outputsOf } from '../../training/evaluation.js';

/** What a network says of a part of the data, and how good that is. */
export async function judgePart(
  name: string,
  set: SampleSet,
  samples: Judged,
  { network, params }: { network: Network; params: Params },
  targets?: TargetScaling,
): Promise<JudgedPart & Outputs> {
  const outputs = await outputsOf(network, params, samples);
  const { AL } = outputs;
  return { ...outputs, ...judge(name, set, targets ? inUnits(AL, targets) : AL) };
}

/** Outputs in the units of the targets. */
function inUnits(AL: Float32Array, { mean, deviation }: TargetScaling): Float32Array {
  const n = mean.length;
  return AL.map((value, i) => value * deviation[i % n] + mean[i % n]);
}

/** Scores by their names, for cards and --json: the accuracy in percent. */
export function scoresOf({ judgement }: JudgedPart): Record<string, number> {
  if (judgement.kind === 'numbers') {
    const { r2, mae, rmse } = judgement.metrics.average;
    return { ...(r2 !== undefined && { r2 }), mae, rmse };
  }
  const { accuracy, balancedAccuracy, macroF1, auc, logLoss } = judgement.metrics;
  return {
    accuracy: 100 * accuracy,
    ...{ balancedAccuracy, macroF1, ...(auc !== undefined && { auc }), logLoss },
  };
}

/** The same with what each class has of it. */
export function metricsJson(part: JudgedPart): object {
  const { judgement } = part;
  if (judgement.kind === 'numbers') {
    const { outputs } = judgement.metrics;
    return { ...scoresOf(part), ...(outputs.length > 1 && { outputs }) };
  }
  const { perClass, confusion } = judgement.metrics;
  return { ...scoresOf(part), perClass, confusion };
}

/** `Accuracy: 99.52 % on the training set, 80.00 % on the test set` */
export function scoreLine(parts: readonly JudgedPart[]): string {
  const isClasses = parts[0].judgement.kind === 'classes';
  const scores = parts.map((part) => {
    const { accuracy, r2, mae } = scoresOf(part);
    const value = isClasses
      ? `${accuracy.toFixed(2)} %`
      : `${r2 === undefined ? '' : `${r2.toFixed(3)}, `}off by ${Number(mae.toPrecision(4))} in the mean,`;
    return `${value} on the ${part.name === 'train' ? 'training' : part.name} set`;
  });
  return `${isClasses ? 'Accuracy' : 'R²'}: ${scores.join(isClasses ? ', ' : '; ')}`;
}
