import { ValueError } from '../core/errors.js';
import { inWords, nearest } from '../core/options.js';
import { assertLabels } from './samples.js';

/** `balanced`, or the weights of some classes by name; those of the others are 1. */
export type ClassWeights = 'balanced' | Readonly<Record<string, number>>;

/**
 * How much a sample of each class counts (k). Balanced, all classes count the same in sum:
 * w = m / (k · the number of samples of the class), k counting the classes that have samples; that of a
 * class without is 0.
 *
 * Source: scikit-learn's compute_class_weight.
 *
 * @throws ValueError for a name that no class has, a weight that is no number from 0, a label that is no
 *   class, and balanced weights without samples.
 */
export function classWeights(
  labels: ArrayLike<number>,
  classes: readonly string[],
  weights: ClassWeights,
): Float64Array {
  assertLabels('classWeights', labels, classes.length);
  if (weights === 'balanced') return balanced(labels, classes.length);
  if (typeof weights !== 'object' || weights === null || Array.isArray(weights)) {
    throw new ValueError(
      `classWeights: the weights are ${inWords(weights)}; give 'balanced' or an object such as { ${JSON.stringify(classes[0])}: 2 }.`,
    );
  }
  for (const [name, weight] of Object.entries(weights)) checkWeight(name, weight, classes);
  return Float64Array.from(classes, (name) => (Object.hasOwn(weights, name) ? weights[name] : 1));
}

function balanced(labels: ArrayLike<number>, k: number): Float64Array {
  if (labels.length === 0) throw new ValueError('classWeights: there are no samples to balance.');
  const counts = new Float64Array(k);
  for (let i = 0; i < labels.length; i++) counts[labels[i]]++;
  const present = counts.filter((n) => n > 0).length;
  return counts.map((n) => (n === 0 ? 0 : labels.length / (present * n)));
}

function checkWeight(name: string, weight: unknown, classes: readonly string[]): void {
  if (!classes.includes(name)) {
    const [near] = nearest(name, classes);
    const cure =
      near === undefined ? `The classes are ${classes.join(', ')}.` : `Did you mean ${near}?`;
    throw new ValueError(`classWeights: there is no class ${name}. ${cure}`);
  }
  if (typeof weight !== 'number' || !(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
    throw new ValueError(
      `classWeights: the weight of ${name} is ${inWords(weight)}; give a number from 0.`,
    );
  }
}
