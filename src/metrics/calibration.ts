/** The samples whose answer has a probability above `from` and up to `to`. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Of the answers. */
  readonly meanProbability: number;
  /** Of the answers that are right. */
  readonly share: number;
}

/** Whether a network is right as often as it says. */
export interface Calibration {
  /** Ten of the same width from 0 to 1; those without samples are left out. */
  readonly bins: readonly CalibrationBin[];
  /** Σ count / m · |share - meanProbability|. */
  readonly expectedError: number;
}

const binCount = 10;

/**
 * The probability of each answer against how often such answers are right. Source: Guo et al., On
 * Calibration of Modern Neural Networks, 2017; bins as in scikit-learn's calibration_curve.
 */
export function calibrationOf(
  right: readonly boolean[],
  probabilities: ArrayLike<number>,
): Calibration {
  const edge = (i: number) => i * (1 / binCount); // as numpy's linspace rounds it
  const sums = Array.from({ length: binCount }, () => ({ count: 0, probability: 0, right: 0 }));
  right.forEach((isRight, i) => {
    const p = probabilities[i];
    let bin = 0;
    while (bin < binCount - 1 && p > edge(bin + 1)) bin++;
    sums[bin].count++;
    sums[bin].probability += p;
    sums[bin].right += Number(isRight);
  });
  const bins = sums.flatMap(({ count, probability, right }, i) => {
    const [from, to] = [i / binCount, (i + 1) / binCount];
    const [meanProbability, share] = [probability / count, right / count];
    return count === 0 ? [] : [{ from, to, count, meanProbability, share }];
  });
  const off = bins.reduce(
    (sum, bin) => sum + bin.count * Math.abs(bin.share - bin.meanProbability),
    0,
  );
  return { bins, expectedError: off / right.length };
}
