import { closeTo } from '../../diagnosis/near.js';
import type { PassAt } from './pass.js';
import type { Numbers } from './wire.js';

/**
 * What a submission computes otherwise than the reference, at a point of the judge's: its cost or output,
 * then each gradient. Empty where nothing does.
 */
export function differencesFrom(expected: PassAt, got: PassAt, isLayer: boolean): string[] {
  const scalar = (value: number): Numbers => ({ shape: [], values: Float64Array.of(value) });
  const what = isLayer ? 'The output' : 'The cost';
  return [
    ...compare(what, scalar(expected.cost), scalar(got.cost), !isLayer),
    ...[...expected.gradients].flatMap(([name, gradient]) =>
      compare(name, gradient, got.gradients.get(name)),
    ),
  ];
}

/** @param saysNumbers whether they say something by themselves; of an output only its product with dout is known. */
function compare(
  name: string,
  expected: Numbers,
  got: Numbers | undefined,
  saysNumbers = true,
): string[] {
  if (got === undefined) return [`${name} is missing, which the reference returns.`];
  const shape = ({ shape }: Numbers) => `(${shape.join(', ')})`;
  if (shape(got) !== shape(expected)) {
    return [`${name} is ${shape(got)}, that of the reference ${shape(expected)}.`];
  }
  const [a, b] = [got.values, expected.values];
  if (closeTo(a, b)) return [];
  if (!saysNumbers) return [`${name} is not that of the reference.`];
  if (b.length === 1) return [`${name} is ${said(a[0])}, that of the reference ${said(b[0])}.`];
  const ratio = dot(a, b) / dot(b, b);
  if (
    closeTo(
      a,
      b.map((value) => ratio * value),
    )
  ) {
    return [`${name} is ${said(ratio)} times that of the reference.`];
  }
  return [`${name} is not that of the reference.`];
}

const dot = (a: Float64Array, b: Float64Array) =>
  a.reduce((sum, value, i) => sum + value * b[i], 0);
const said = (value: number) => Number(value.toPrecision(6));
