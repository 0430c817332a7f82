import { inMemory, type SampleSet } from '../../../src/data/sampleSet.js';
import {
  type ClassJudgement,
  type JudgedPart,
  judge,
  type NumberJudgement,
} from '../../../src/report/training/judged.js';

/** Anyone may call a class so. */
export const classes = ['<b>cat', 'a|b $x$', 'fox'];

/** Six rows of two numbers: two of each class but fox, which has one, and three cats. */
export const rows: SampleSet = inMemory(Float32Array.of(1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 90), {
  shape: [2],
  origin: (i) => `row ${i + 2}`,
  targets: { kind: 'classes', labels: Int32Array.of(0, 1, 2, 0, 1, 0), classes },
});

/** Rows 1 and 2 are called 0: certain by 0.9 and by 0.5. */
export const probabilities = Float64Array.of(
  ...[0.7, 0.2, 0.1, 0.9, 0.1, 0, 0.5, 0.3, 0.2],
  ...[0.6, 0.2, 0.2, 0.1, 0.8, 0.1, 1, 0, 0],
);

export const part = judge('validation', rows, probabilities) as JudgedPart<ClassJudgement>;

/** Two numbers of three samples. */
export const numbers: SampleSet = inMemory(Float32Array.of(1, 2, 3), {
  shape: [1],
  origin: (i) => `line ${i}`,
  targets: {
    kind: 'numbers',
    values: Float64Array.of(1, 100, 2, 200, 4, 300),
    names: ['<i>price', 'weight'],
  },
});

export const numberPart = judge(
  'test',
  numbers,
  Float64Array.of(1.5, 100, 2, 230, 3, 300),
) as JudgedPart<NumberJudgement>;

/** m pictures of 2 x 2 pixels: picture i has the bytes i, i + 1, … */
export function pictures(m: number, channels: 1 | 3, labels: readonly number[]): SampleSet {
  const size = 4 * channels;
  const bytes = Uint8Array.from({ length: m * size }, (_, j) => Math.floor(j / size) + (j % size));
  return inMemory(bytes, {
    shape: [2, 2, channels],
    origin: (i) => `photos/${i}.jpg`,
    targets: { kind: 'classes', labels: Int32Array.from(labels), classes },
  });
}
