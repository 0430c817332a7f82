import { assertOptions } from '../core/options.js';
import { areaUnderCurve } from './auc.js';
import { type Calibration, calibrationOf } from './calibration.js';
import { answersOf, type ClassScores, classScores, confusionOf } from './confusion.js';
import { type ClassAnswers, mean, rowsOf } from './samples.js';

/** How well classes are told apart. Fractions are from 0 to 1. */
export interface ClassMetrics {
  /** The number of samples. */
  readonly m: number;
  readonly accuracy: number;
  /** The mean recall of the classes that have samples. */
  readonly balancedAccuracy: number;
  /** The mean F1 of the classes that are among the labels or the answers. */
  readonly macroF1: number;
  readonly perClass: readonly ClassScores[];
  /** How many samples of each class (rows) are called what (columns). */
  readonly confusion: readonly (readonly number[])[];
  /** Of two classes, both with samples: the area under the ROC curve. */
  readonly auc?: number;
  /** -1/m Σ log p, p the probability of the sample's own class, kept off 0 by the machine precision. */
  readonly logLoss: number;
  readonly calibration: Calibration;
  /** The accuracy of always giving the commonest class. */
  readonly commonest: number;
  /** The classes that have samples, and that no sample is called. */
  readonly neverPredicted: readonly string[];
}

/**
 * How well classes are told apart. The answer of a sample is the class of its largest probability, of
 * equal ones the first. What has nothing to divide by is 0, as scikit-learn has it with zero_division 0.
 *
 * Source: scikit-learn's accuracy_score, balanced_accuracy_score, f1_score (macro),
 * precision_recall_fscore_support, confusion_matrix, roc_auc_score and log_loss.
 *
 * @throws ShapeError where the number of probabilities does not fit the labels.
 * @throws ValueError without samples, with fewer than two classes, for a label that is none, and where
 *   a row is not of probabilities that sum to 1.
 */
export function classMetrics(answers: ClassAnswers): ClassMetrics {
  assertOptions('classMetrics', answers, { labels: true, probabilities: true, classes: true });
  const { labels, classes } = answers;
  const [m, k] = [labels.length, classes.length];
  const rows = rowsOf('classMetrics', answers);
  const given = answersOf(rows, k);
  const confusion = confusionOf(labels, given, k);
  const perClass = classScores(confusion, classes);
  const right = Array.from(given, (answer, i) => answer === labels[i]);
  const auc =
    k === 2
      ? areaUnderCurve(
          labels,
          rows.filter((_, j) => j % 2 === 1),
        )
      : undefined;
  const present = perClass.filter(({ support }) => support > 0);
  return {
    m,
    accuracy: right.filter(Boolean).length / m,
    balancedAccuracy: mean(present.map(({ recall }) => recall)),
    macroF1: mean(
      perClass.filter(({ support, predicted }) => support + predicted > 0).map(({ f1 }) => f1),
    ),
    perClass,
    confusion,
    ...(auc === undefined ? {} : { auc }),
    logLoss: logLoss(labels, rows, k),
    calibration: calibrationOf(
      right,
      Float64Array.from(given, (answer, i) => rows[i * k + answer]),
    ),
    commonest: Math.max(...perClass.map(({ support }) => support)) / m,
    neverPredicted: present.filter(({ predicted }) => predicted === 0).map(({ name }) => name),
  };
}

function logLoss(labels: ArrayLike<number>, rows: Float32Array | Float64Array, k: number): number {
  const epsilon = rows instanceof Float32Array ? 2 ** -23 : Number.EPSILON;
  let sum = 0;
  for (let i = 0; i < labels.length; i++) {
    sum -= Math.log(Math.min(Math.max(rows[i * k + labels[i]], epsilon), 1 - epsilon));
  }
  return sum / labels.length;
}
