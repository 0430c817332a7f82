import { list } from '../text/words.js';
import { compareGradients, type Tolerance } from './compare.js';
import type { Gathered } from './gather.js';
import { runPass } from './pass.js';
import type { Cause } from './report.js';
import type { Subject } from './subject.js';

/**
 * Says so where what is wrong comes of numbers that were changed in place: W2 -= α dW2 before dA1 was
 * computed of it. Verified: on copies of the numbers every gradient is right.
 */
export function changedInPlace(
  subject: Subject,
  { changes, judged, oracle, point }: Gathered,
  wrong: readonly string[],
  tolerance: Tolerance,
): Cause | undefined {
  if (changes.length === 0) return undefined;
  const { hand } = runPass(subject, point, 'copies');
  const onCopies = compareGradients(judged, hand, oracle, tolerance);
  if (!onCopies.every(({ passed }) => passed)) return undefined;
  const names = [...new Set(changes.map(({ name }) => name))];
  const isParameter = changes.some(({ is, name }) => is === 'input' && name in point.params);
  const what = names.length === 1 ? 'is' : 'are';
  return {
    id: isParameter ? 'W-updated' : 'changed-in-place',
    where: [...wrong],
    sentence: `${list([...wrong], 8)} ${wrong.length === 1 ? 'uses' : 'use'} ${list(names)} after ${names.length === 1 ? 'it was' : 'they were'} updated in place: ${list(names)} of the forward pass belongs there. What dataSync hands out ${what} the tensor's own numbers.`,
    correction: `const numbers = ${names[0]}.dataSync().slice(); // a copy; or update ${names[0]} after all gradients`,
    counterfactual: `On copies ${onCopies.length === 1 ? 'the gradient passes' : `all ${onCopies.length} gradients pass`}.`,
  };
}
