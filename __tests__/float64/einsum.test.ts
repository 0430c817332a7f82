import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { einsum } from '../../src/float64/einsum.js';
import { expectClose, numbers, randn } from './differences.js';
import { holds } from './holds.js';

holds(einsum);

const sizes: Record<string, number> = { b: 2, h: 3, i: 4, j: 5, d: 2, k: 3, e: 2 };
const shapeOf = (labels: string) => [...labels].map((label) => sizes[label]);

/** Σ over all values of all labels, one product at a time. */
function loops(equation: string, xs: tf.Tensor[]): Float64Array {
  const [left, output] = equation.split('->');
  const terms = left.split(',');
  const labels = [...new Set(left.replaceAll(',', ''))];
  const values = xs.map(numbers);
  const out = new Float64Array(shapeOf(output).reduce((a, b) => a * b, 1));
  const at = (term: string, index: Record<string, number>) =>
    [...term].reduce((place, label) => place * sizes[label] + index[label], 0);
  const visit = (n: number, index: Record<string, number>): void => {
    if (n < labels.length) {
      for (let v = 0; v < sizes[labels[n]]; v++) visit(n + 1, { ...index, [labels[n]]: v });
      return;
    }
    out[at(output, index)] += values.reduce((p, x, i) => p * x[at(terms[i], index)], 1);
  };
  visit(0, {});
  return out;
}

describe('as the sum that it stands for', () => {
  test.each([
    ...['ij,jk->ik', 'ij,jk->ki', 'ij,kj->ik', 'ji,jk->ik', 'bij,bjk->bik', 'bij,jk->bik'],
    ...['bhid,bhjd->bhij', 'bhij,bhjd->bihd', 'bihd,bjhd->bhij', 'bid,dhk->bihk', 'bihk,hkd->bid'],
    ...['i,i->', 'i,j->ij', 'ij,ij->ij', 'ij,ij->j', 'i,ij->j', 'ij,j->i', 'bij,bij->'],
    ...['ij->', 'ij->ji', 'bhi->ib', 'bij,k->bk', 'ij,kd->id'],
  ])('%s', (equation) => {
    tf.tidy(() => {
      const [left, output] = equation.split('->');
      const xs = left.split(',').map((term, seed) => randn(shapeOf(term), seed));
      const y = tf.einsum(equation, ...xs);
      expect(y.shape).toEqual(shapeOf(output));
      expectClose(y, loops(equation, xs), 1e-13);
    });
  });
});
