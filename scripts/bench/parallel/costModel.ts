/** A step, by what its time depends on. */
export interface StepShape {
  /** Samples of the batch. */
  readonly m: number;
  readonly workers: number;
  /** Numbers that the network learns. */
  readonly parameters: number;
  /** Of a round trip to Redis, in seconds, beyond what it takes on this machine. */
  readonly delay: number;
}

export interface MeasuredStep extends StepShape {
  readonly seconds: number;
}

/**
 * t = compute · m · parameters / w + byte · 4 parameters (1 + 3 w) + trips · delay + fixed
 *
 * The parameters go to Redis once; each worker brings them and a sum as large back, which is then fetched.
 */
export interface CostModel {
  /** Seconds for a sample and a parameter. */
  readonly compute: number;
  /** Seconds for a byte, on its way and where it is hashed and added. */
  readonly byte: number;
  /** Round trips one after the other. */
  readonly trips: number;
  /** Seconds for a step of nothing. */
  readonly fixed: number;
}

const termsOf = ({ m, workers, parameters, delay }: StepShape): number[] => [
  (m * parameters) / workers,
  4 * parameters * (1 + 3 * workers),
  delay,
  1,
];

export const secondsOf = (model: CostModel, step: StepShape): number => {
  const [samples, bytes, delay, one] = termsOf(step);
  return model.compute * samples + model.byte * bytes + model.trips * delay + model.fixed * one;
};

/** The model nearest to measured steps, by least squares of the relative errors; no part is below nothing. */
export function fitted(steps: readonly MeasuredStep[]): CostModel {
  const rows = steps.map((step) => termsOf(step).map((term) => term / step.seconds));
  let used = rows[0].map((_, k) => k);
  for (;;) {
    const found = leastSquares(rows.map((row) => used.map((k) => row[k])));
    const negative = used.filter((_, i) => found[i] < 0);
    if (negative.length === 0) {
      const [compute, byte, trips, fixed] = rows[0].map((_, k) =>
        used.includes(k) ? found[used.indexOf(k)] : 0,
      );
      return { compute, byte, trips, fixed };
    }
    used = used.filter((k) => !negative.includes(k));
  }
}

/** x that makes A x nearest to ones: Aᵀ A x = Aᵀ 1, by elimination with columns scaled to one size. */
function leastSquares(A: readonly (readonly number[])[]): number[] {
  const n = A[0].length;
  const scale = Array.from({ length: n }, (_, k) => Math.hypot(...A.map((row) => row[k])) || 1);
  const scaled = A.map((row) => row.map((value, k) => value / scale[k]));
  const rows = Array.from({ length: n }, (_, i) => [
    ...Array.from({ length: n }, (_, k) => scaled.reduce((sum, row) => sum + row[i] * row[k], 0)),
    scaled.reduce((sum, row) => sum + row[i], 0),
  ]);
  for (let i = 0; i < n; i++) {
    const pivot = rows.reduce((best, row, k) => (k > i && Math.abs(row[i]) > Math.abs(rows[best][i]) ? k : best), i); // biome-ignore format: one line
    [rows[i], rows[pivot]] = [rows[pivot], rows[i]];
    for (let k = 0; k < n; k++) {
      if (k === i) continue;
      const share = rows[k][i] / rows[i][i];
      rows[k] = rows[k].map((value, j) => value - share * rows[i][j]);
    }
  }
  return rows.map((row, i) => row[n] / row[i] / scale[i]);
}

/** The batch from which so many workers take less time than one thread here, which has nothing to send. */
export function paysFrom(
  { compute, byte, trips, fixed }: CostModel,
  { workers, parameters, delay }: Omit<StepShape, 'm'>,
): number {
  const overhead = byte * 4 * parameters * (1 + 3 * workers) + trips * delay + fixed;
  return overhead / (compute * parameters * (1 - 1 / workers));
}
