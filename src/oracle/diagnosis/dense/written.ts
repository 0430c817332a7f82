import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { NdArray } from '../../../float64/array.js';
import type { Evidence } from '../evidence.js';
import { closeTo } from '../near.js';
import type { Explanation } from './explain.js';
import { rightLines } from './forms.js';
import type { RecognizedNetwork } from './recognize.js';

/*
 * Of a backward pass its gradients are seen, and the numbers that passed through its operations, but not
 * its lines. A factor in dZ and the same factor in dW and db give the same gradients: what must be written
 * anew follows from which dZ the code itself went on with.
 */

/** Which dZ the code went on with, as far as its numbers tell. */
export type Convention =
  /** The course's: dZ is of one sample, and 1/m stands in dW and db. */
  | 'per sample'
  /** Each dZ went on divided by m: it is dZ that holds the 1/m, or dW and db divide it before they use it. */
  | 'divided';

/** How the code has written the dZ of an explanation; undefined where it never had these numbers. */
export function conventionOf({ dZs }: Explanation, evidence: Evidence): Convention | undefined {
  const { point } = evidence;
  const [made, used] = [madeIn(evidence), usedIn(evidence)];
  const m = point.X.shape[1] as number;
  const isUsed = dZs.map((dZ) => has(used, dZ));
  const isUsedDivided = dZs.map((dZ) => has(used, dZ, 1 / m));
  const isOurs = dZs.every((dZ, i) => isUsed[i] || (isUsedDivided[i] && has(made, dZ)));
  if (isOurs && isUsed.includes(true)) return 'per sample';
  return isUsedDivided.every(Boolean) ? 'divided' : undefined;
}

/**
 * The right lines that mend the code, wherever in it the mistakes of the explanation stand: those where
 * they are, and those that may hold the same factor instead.
 */
export function linesToWrite(
  explanation: Explanation,
  convention: Convention | undefined,
  net: RecognizedNetwork,
  evidence: Evidence,
): ReadonlyMap<string, string> {
  const right = rightLines(net);
  const { mistakes, dZs } = explanation;
  // Where 1/m stands elsewhere, or where it is not seen, one line of the course's alone would divide by m
  // twice, or never: all of them are right whatever stands there.
  if (convention !== 'per sample') return right;
  const written = new Map(mistakes.map(({ where, correction }) => [where, correction]));
  for (const [i, { label, names }] of [...net.layers].reverse().entries()) {
    const ofLayer = [`dZ${label}`, `d${names.W}`, `d${names.b}`];
    const factors = mistakes.filter(({ where, id }) => ofLayer.includes(where) && isFactor(id));
    // Above other layers a factor in dZ is in their gradients too: there it is not dW's and db's.
    const isLowest = i === net.layers.length - 1;
    const moves =
      (isLowest && factors.some(({ where }) => where === ofLayer[0])) ||
      factors.filter(({ where }) => where !== ofLayer[0]).length > 1;
    if (!moves || !hasMultiple(madeIn(evidence), dZs[i])) continue;
    for (const name of ofLayer) {
      const line = right.get(name);
      if (line) written.set(name, line);
    }
  }
  return new Map([...inOrder(right, written)]);
}

/** From the output down; what is no line of its own, such as dA1, at its place above dZ1. */
function inOrder(right: ReadonlyMap<string, string>, written: ReadonlyMap<string, string>) {
  const order = [...right.keys()].flatMap((name) =>
    name.startsWith('dZ') ? [`dA${name.slice(2)}`, name] : [name],
  );
  return [...written].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
}

const isFactor = (id: string) =>
  /^(sign|factor-2|factor-half|mean-missing|mean-twice|constant-factor|outputs-mean-.*)$/.test(id);

/** Whether the matrix, so many times as large, is among those. */
function has(all: readonly NdArray[], M: Tensor2D, times = 1): boolean {
  const wanted = (M.dataSync() as unknown as Float64Array).map((value) => value * times);
  return all.some(({ shape, values }) => isShapeOf(M, shape) && closeTo(values, wanted));
}

/** Whether a multiple of the matrix other than itself is among those. */
function hasMultiple(all: readonly NdArray[], M: Tensor2D): boolean {
  const own = M.dataSync();
  const at = own.findIndex((value) => value !== 0);
  return all.some(({ shape, values }) => {
    const c = values[at] / own[at];
    if (!isShapeOf(M, shape) || !Number.isFinite(c) || c === 0 || Math.abs(c - 1) < 1e-9)
      return false;
    return closeTo(
      values,
      own.map((value) => c * value),
    );
  });
}

/** What the operations of the backward pass made, and what they took in. */
const madeIn = ({ scene }: Evidence): readonly NdArray[] =>
  (scene()?.backward ?? []).flatMap(({ inputs, outputs }) => [
    ...Object.values(inputs),
    ...outputs,
  ]);

const contractions =
  /MatMul|Einsum|^(Sum|Mean|Transpose|Reshape|Slice|StridedSlice|GatherV2|Unpack)$/;

/** What went into a matrix product, a sum or a rearrangement: not element by element into another. */
const usedIn = ({ scene }: Evidence): readonly NdArray[] =>
  (scene()?.backward ?? []).flatMap(({ kernel, inputs }) =>
    contractions.test(kernel) ? Object.values(inputs) : [],
  );

const isShapeOf = (M: Tensor2D, shape: readonly number[]) => String(shape) === String(M.shape);
