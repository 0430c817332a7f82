import { DataError } from '../../core/errors.js';
import { elementOf, type NdArray, printed, rangeOf, toFloat64 } from './ndArray.js';

/** The labels of a part, k of each of its m samples. */
export interface Labels {
  readonly of: string;
  readonly m: number;
  readonly k: number;
  readonly values: Float64Array | readonly string[];
  readonly type: NdArray['type'];
}

export const isText = ({ values }: Labels) => Array.isArray(values);

/** The labels of (m,), (m, 1), (1, m), and (m, k) or (k, m): row after row. @throws DataError */
export function labelsOf({ of, shape, values, type }: NdArray, m: number): Labels {
  const count = values.length;
  const sides = shape.filter((side) => side !== 1);
  if (sides.length > 2 || count % m !== 0 || !(shape.includes(m) || m === 1)) {
    throw new DataError(
      `${of} is ${printed(shape)}; expected a label for each of the ${m} samples: (${m},), or (${m}, classes) one-hot.`,
    );
  }
  const k = count / m;
  if (type === 'text') return { of, m, k, values: values as readonly string[], type };
  const numbers = toFloat64(values as Exclude<NdArray['values'], readonly string[]>);
  const { odd } = rangeOf(numbers);
  if (odd >= 0) {
    throw new DataError(
      `${elementOf(of, odd, shape)} is ${numbers[odd]}. Put a label there, or leave the sample out.`,
    );
  }
  const inColumns = k > 1 && shape[0] !== m;
  return { of, m, k, values: inColumns ? transposed(numbers, k, m) : numbers, type };
}

function transposed(values: Float64Array, rows: number, columns: number): Float64Array {
  return Float64Array.from(
    { length: values.length },
    (_, i) => values[(i % rows) * columns + Math.floor(i / rows)],
  );
}

export function isOneHot({ values, m, k }: Labels): boolean {
  for (let i = 0; i < m; i++) {
    let ones = 0;
    for (let j = i * k; j < (i + 1) * k; j++) {
      if (values[j] === 1) ones++;
      else if (values[j] !== 0) return false;
    }
    if (ones !== 1) return false;
  }
  return true;
}

/** One-hot labels as whole numbers. */
export function places(labels: Labels): Labels {
  const { values, m, k } = labels;
  const found = Float64Array.from({ length: m }, (_, i) =>
    (values as Float64Array).subarray(i * k, (i + 1) * k).indexOf(1),
  );
  return { ...labels, k: 1, values: found, type: 'int' };
}
