import { ModelError } from '../core/errors.js';
import { sizeOf } from '../core/layer.js';

/*
 * Dense layers under the names and in the layouts in which people keep them, as W1 (n_1, n_x), b1
 * (n_1, 1), W2, …:
 *
 * - W1, w1, W0; arr_0, arr_1, … of numpy.savez without names
 * - 0.weight, layers.0.weight, fc1.weight of PyTorch, as W
 * - dense_1/kernel of Keras, coefs_0 of scikit-learn, which are Wᵀ (n_prev, n_l)
 * - biases as a column, a row or a vector
 */

/** Numbers stored in a file. */
export interface StoredMatrix {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array;
}

interface Pair {
  readonly W: StoredMatrix;
  readonly b: StoredMatrix;
}

type Stored = ReadonlyMap<string, StoredMatrix>;

/** The same numbers where they are no such layers: then what is wrong with them is said there. */
export function inCourseLayout(stored: Stored, file: string): { matrices: Stored; note?: string } {
  const found = pairsOf(stored);
  if (!found) return { matrices: stored };
  const { pairs, isTransposed: named } = found;
  const [asIs, turned] = [fits(pairs, false), fits(pairs, true)];
  if (!asIs && !turned) return { matrices: stored };
  if (asIs && turned && named === undefined && pairs.some(({ b }) => !isColumn(b))) {
    throw new ModelError(
      `${file} holds square W and no b as a column, so that nothing says whether W is (n_l, n_prev) or its transpose. Name the weights dense_1/kernel, … if it came from Keras or scikit-learn, else make each b a column: b.reshape(-1, 1).`,
    );
  }
  const transpose = asIs && turned ? named === true : turned;
  const matrices = new Map<string, StoredMatrix>();
  pairs.forEach(({ W, b }, i) => {
    matrices.set(`W${i + 1}`, transpose ? transposed(W) : W);
    matrices.set(`b${i + 1}`, { ...b, shape: [sizeOf(b.shape), 1] });
  });
  if (named !== undefined) return { matrices };
  if (transpose) return { matrices, note: 'Its W are (n_prev, n_l), and were transposed.' };
  const note =
    'Each of its W is square, and was read as (n_l, n_prev); if it came from Keras or scikit-learn, transpose it.';
  return { matrices, ...(asIs && turned && { note }) };
}

/** Layer by layer; `isTransposed` where their names say it. Undefined if names are of other kinds. */
function pairsOf(stored: Stored) {
  const positional = [...stored].map(([name]) => /^arr_(\d+)$/.exec(name)?.[1]);
  if (stored.size > 0 && positional.every((i) => i !== undefined)) {
    const all = [...stored].sort(([a], [b]) => Number(a.slice(4)) - Number(b.slice(4)));
    const values = all.map(([, one]) => one);
    const pairs = values.flatMap((W, i) => (i % 2 === 0 ? [{ W, b: values[i + 1] }] : []));
    return pairs.every(({ b }) => b) ? { pairs, isTransposed: undefined } : undefined;
  }
  const layers = new Map<string, { W?: StoredMatrix; b?: StoredMatrix }>();
  const words = new Set<string>();
  for (const [name, one] of stored) {
    const [, before, word, number] = pattern.exec(name) ?? [];
    if (word === undefined) return undefined;
    const layer = layers.get(before + number) ?? {};
    const place = /^(bias|intercepts?_?|b)$/.test(word) ? 'b' : 'W';
    if (layer[place]) return undefined;
    if (place === 'W') words.add(/^(kernel|coefs?_?)$/.test(word) ? 'Wᵀ' : word.toLowerCase());
    layers.set(before + number, { ...layer, [place]: one });
  }
  const sorted = [...layers].sort(([a], [b]) => compared(a, b));
  const pairs = sorted.map(([, pair]) => pair);
  if (words.size !== 1 || !pairs.every(({ W, b }) => W && b)) return undefined;
  const isTransposed = words.has('w') ? undefined : words.has('Wᵀ');
  const isGapless =
    !words.has('w') || sorted.every(([n], i) => Number(n) - Number(sorted[0][0]) === i);
  return isGapless ? { pairs: pairs as Pair[], isTransposed } : undefined;
}

const pattern = /^(.*?)(kernel|weight|coefs?_?|intercepts?_?|bias|W|w|b)_?(\d*)(?::0)?$/;

/** By the numbers in names: fc2 before fc10. */
const compared = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true });

/** Whether biases fit and each layer takes what the one before gives. */
function fits(pairs: readonly Pair[], isTransposed: boolean): boolean {
  let units: number | undefined;
  return pairs.every(({ W, b }) => {
    if (W.shape.length !== 2 || !isVector(b)) return false;
    const [n, nPrev] = isTransposed ? [...W.shape].reverse() : W.shape;
    const isNext = n > 0 && nPrev > 0 && sizeOf(b.shape) === n && (units ?? nPrev) === nPrev;
    units = n;
    return isNext;
  });
}

const isVector = ({ shape }: StoredMatrix) =>
  shape.length === 1 || (shape.length === 2 && shape.includes(1));
const isColumn = ({ shape }: StoredMatrix) => shape.length === 2 && shape[1] === 1;

function transposed({ shape: [rows, columns], values }: StoredMatrix): StoredMatrix {
  const result = values.slice();
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = values[i * columns + j];
  }
  return { shape: [columns, rows], values: result };
}
