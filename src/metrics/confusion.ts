import { largestOf } from './samples.js';

/** How one class fares among all. What would divide by 0 is 0. */
export interface ClassScores {
  readonly name: string;
  /** Of the samples that are called so, the share that are. */
  readonly precision: number;
  /** Of the samples that are, the share that are called so. */
  readonly recall: number;
  /** 2 · precision · recall / (precision + recall). */
  readonly f1: number;
  /** The number of samples that are of the class. */
  readonly support: number;
  /** The number of samples that are called so. */
  readonly predicted: number;
}

/** The class of the largest probability of each row, of equal ones the first. */
export const answersOf = (rows: ArrayLike<number>, k: number): Int32Array =>
  Int32Array.from({ length: rows.length / k }, (_, i) => largestOf(rows, i * k, k));

/** How many samples of each class (rows) are called what (columns). */
export function confusionOf(
  labels: ArrayLike<number>,
  answers: ArrayLike<number>,
  k: number,
): number[][] {
  const counts = Array.from({ length: k }, () => new Array<number>(k).fill(0));
  for (let i = 0; i < labels.length; i++) counts[labels[i]][answers[i]]++;
  return counts;
}

/** Source: scikit-learn's precision_recall_fscore_support with zero_division 0. */
export function classScores(
  confusion: readonly (readonly number[])[],
  classes: readonly string[],
): ClassScores[] {
  return classes.map((name, k) => {
    const right = confusion[k][k];
    const support = confusion[k].reduce((sum, n) => sum + n, 0);
    const predicted = confusion.reduce((sum, row) => sum + row[k], 0);
    return {
      name,
      precision: share(right, predicted),
      recall: share(right, support),
      f1: share(2 * right, support + predicted),
      support,
      predicted,
    };
  });
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
