import { CheckError } from '../../../core/errors.js';
import {
  type Ask,
  type Numbers,
  type NumbersPoint,
  namedFromWire,
  pointToWire,
  recordOf,
  spoilt,
} from './wire.js';

/** What a pass of the submission gives at a point of the judge's. */
export interface PassAt {
  readonly point: NumbersPoint;
  readonly cost: number;
  readonly gradients: ReadonlyMap<string, Numbers>;
  /** Kernels, and numbers that they gave: of the forward pass, and of the backward pass. */
  readonly work: readonly [Work, Work];
}

interface Work {
  readonly kernels: number;
  readonly numbers: number;
}

/** One forward and one backward pass. @throws CheckError where they give no finite cost. */
export async function passAt(ask: Ask, point: NumbersPoint): Promise<PassAt> {
  const answer = await ask({ ask: 'gradients', point: pointToWire(point) });
  const { cost, gradients, work } = recordOf(answer, 'the gradients');
  if (typeof cost !== 'number' && cost !== null) throw spoilt('the cost');
  if (cost === null || !Number.isFinite(cost)) {
    throw new CheckError(
      'Its cost is no finite number at a point that was drawn from its shapes or near its own numbers.',
    );
  }
  if (!Array.isArray(work) || work.length !== 2) throw spoilt('the work');
  return {
    point,
    cost,
    gradients: namedFromWire(gradients, 'the gradients'),
    work: work.map(workFrom) as unknown as PassAt['work'],
  };
}

function workFrom(value: unknown): Work {
  const { kernels, numbers } = recordOf(value, 'the work');
  const isCount = (one: unknown): one is number => Number.isInteger(one) && (one as number) >= 0;
  if (!isCount(kernels) || !isCount(numbers)) throw spoilt('the work');
  return { kernels, numbers };
}

/** What is judged, by its name: the parameters, and X where dX is returned. */
export function judgedAt({ point, gradients }: PassAt, isLayer: boolean): Map<string, Numbers> {
  const judged = new Map(point.params);
  const isIndices = point.X.values.every(Number.isInteger);
  if (!isLayer && !judged.has('X') && gradients.has('dX') && !isIndices) judged.set('X', point.X);
  return judged;
}

export const sizeOf = (judged: ReadonlyMap<string, Numbers>): number =>
  [...judged.values()].reduce((sum, { values }) => sum + values.length, 0);

/** The gradient of a parameter, or what is wrong with it before its numbers are looked at. */
export function gradientOf(
  { gradients }: PassAt,
  name: string,
  { shape }: Numbers,
): Numbers | string {
  const own = gradients.get(`d${name}`);
  if (own === undefined) return `The backward pass does not return d${name}.`;
  if (String(own.shape) !== String(shape)) {
    return `d${name} is (${own.shape.join(', ')}), but ${name} is (${shape.join(', ')}).`;
  }
  const odd = own.values.find((value) => !Number.isFinite(value));
  return odd === undefined ? own : `d${name} holds ${odd}.`;
}
