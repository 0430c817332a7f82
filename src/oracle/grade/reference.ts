import type { Tensor } from '@tensorflow/tfjs-core';
import { atPoint } from '../atPoint.js';
import { closeTo } from '../diagnosis/near.js';
import { project } from '../diagnosis/project.js';
import type { Exports } from '../forms/form.js';
import { flatSubject } from '../nested.js';
import { runBackward, runForward } from '../run.js';
import type { Point, Subject, Tensors } from '../subject.js';
import type { Grade } from './grade.js';

/** The function that a module lacks and the reference has, such as affine_backward. */
export const lackOf = (reference: Exports, submission: Exports): string | undefined =>
  Object.keys(reference).find(
    (name) => typeof reference[name] === 'function' && typeof submission[name] !== 'function',
  );

/** A submission's functions with the reference's numbers: what it is checked on is not for it to say. */
export const onTerms = (reference: Exports, submission: Exports): Exports => ({
  ...Object.fromEntries(Object.entries(submission).filter(([, value]) => isFunction(value))),
  ...Object.fromEntries(Object.entries(reference).filter(([, value]) => !isFunction(value))),
});

const isFunction = (value: unknown) => typeof value === 'function';

/**
 * What a submission computes otherwise than the reference, at the reference's point: its cost or output,
 * then each gradient. Empty where nothing does.
 *
 * @throws CheckError where one of them is no forward and backward pass there.
 */
export function differences(reference: Subject, submission: Subject): Promise<readonly string[]> {
  const [theirs, own] = [flatSubject(reference), flatSubject(submission)];
  return atPoint(theirs, (point) => {
    const [expected, got] = [passOf(theirs, point), passOf(own, point)];
    const isCost = reference.draw === undefined;
    const inForward = compare(isCost ? 'The cost' : 'The output', expected.cost, got.cost, isCost);
    const inBackward = Object.entries(expected.grads).flatMap(([name, grad]) =>
      compare(name, grad, got.grads[name]),
    );
    return [...inForward, ...inBackward];
  });
}

function passOf(subject: Subject, point: Point): { cost: Tensor; grads: Tensors } {
  const { cost, cache } = runForward(subject, point);
  return { cost, grads: runBackward(subject, point, cache) };
}

/** @param saysNumbers whether they say something by themselves; of an output only its product with dout is known. */
function compare(
  name: string,
  expected: Tensor,
  got: Tensor | undefined,
  saysNumbers = true,
): string[] {
  if (got === undefined) return [`${name} is missing, which the reference returns.`];
  const shape = (T: Tensor) => `(${T.shape.join(', ')})`;
  if (shape(got) !== shape(expected)) {
    return [`${name} is ${shape(got)}, that of the reference ${shape(expected)}.`];
  }
  const [a, b] = [got.dataSync(), expected.dataSync()];
  if (closeTo(a, b)) return [];
  if (!saysNumbers) return [`${name} is not that of the reference.`];
  if (expected.size === 1)
    return [`${name} is ${said(a[0])}, that of the reference ${said(b[0])}.`];
  const ratio = project(got, expected);
  const scaled = Float64Array.from(b, (value) => ratio * value);
  if (closeTo(a, scaled)) {
    return [`${name} is ${said(ratio)} times that of the reference.`];
  }
  return [`${name} is not that of the reference.`];
}

const said = (value: number) => Number(value.toPrecision(6));

/**
 * The grade by calculus, and by the reference besides: it passes where it agrees with the reference; where it
 * is right by calculus and does not, it computes something else.
 */
export function besides(grade: Grade, differing: readonly string[]): Grade {
  const differs = differing.length === 0 ? null : differing.join(' ');
  if (differs === null) {
    const cause = grade.passed
      ? null
      : `As in the reference, this is not by calculus: ${grade.cause}`;
    return { ...grade, passed: true, cause, differs };
  }
  const cause = grade.passed
    ? `Right by calculus, but of another function: ${differs}`
    : `${grade.cause} ${differs}`;
  return { ...grade, passed: false, cause, differs };
}
