import { CheckError, HandgradError } from '../../../core/errors.js';
import { RandomState } from '../../../core/random.js';
import { closeTo } from '../../diagnosis/near.js';
import { differencesFrom } from './compare.js';
import { type Distance, drawPoint, otherData } from './draw.js';
import { type Held, hold } from './hold.js';
import { type PassAt, passAt } from './pass.js';
import { type Ask, type NumbersPoint, pointFromWire, recordOf, spoilt } from './wire.js';
import { differencesIn } from './work.js';

/** What the judge knows of one submission, from numbers alone. */
export interface Verdict {
  /** Of every gradient: right, wrong, or not to be told. */
  readonly held: readonly Held[];
  /** Why it does not pass although its gradients are right, in a sentence. */
  readonly objection?: string;
  /** Where there is a reference: what is not as it is there. */
  readonly differs?: readonly string[];
}

/** What a process says that it has loaded: data, whoever says it. */
export interface Loaded {
  readonly template: NumbersPoint;
  readonly isLayer: boolean;
  /** Whether its numbers were drawn for the shapes that it names. */
  readonly isDrawn: boolean;
  readonly larger?: NumbersPoint;
}

/** @throws CheckError where the answer is none. */
export function loadedFrom(answer: unknown): Loaded {
  const { template, isLayer, isDrawn, larger } = recordOf(answer, 'what it holds');
  if (typeof isLayer !== 'boolean' || typeof isDrawn !== 'boolean') throw spoilt('its form');
  const point = pointFromWire(template);
  if (point.params.size === 0) {
    throw new CheckError('It has no parameter whose gradient could be judged.');
  }
  return {
    template: point,
    isLayer,
    isDrawn,
    ...(larger ? { larger: pointFromWire(larger) } : {}),
  };
}

/**
 * The verdict on a submission, which answers from a process of its own with nothing but numbers. The
 * points are drawn here, after it was loaded; the gradients are asked for before any cost beside the
 * point; the cost is differentiated here.
 *
 * @param seed of the points: one that the submission cannot know.
 * @param reference the teacher's functions. The point and its shapes are theirs then.
 * @throws CheckError where the submission does not answer as a forward and a backward pass do.
 */
export async function judge(
  submission: { readonly ask: Ask; readonly loaded: Loaded },
  seed: number,
  reference?: { readonly ask: Ask; readonly loaded: Loaded },
): Promise<Verdict> {
  const { ask } = submission;
  const { template, isLayer, isDrawn, larger } = reference?.loaded ?? submission.loaded;
  const random = new RandomState(seed);
  const distances: readonly Distance[] = isDrawn ? ['fresh', 'fresh'] : ['alike', 'near'];
  const draw = (distance: Distance, of = template) => drawPoint(of, isLayer, distance, random);

  const pass = await firstOf(distances, (distance) => passAt(ask, draw(distance)));
  const second = await tried(() => passAt(ask, draw('wide')));
  const differs: string[] = [];
  if (reference) {
    for (const one of [pass, ...(second ? [second] : [])]) {
      const expected = await tried(() => passAt(reference.ask, one.point));
      if (expected && differs.length === 0)
        differs.push(...differencesFrom(expected, one, isLayer));
    }
  }
  const other = await tried(() => passAt(ask, otherData(pass.point, random)));
  const large = larger && (await tried(() => passAt(ask, draw('fresh', larger))));

  const held = await heldAt(ask, pass, second, isLayer, random);
  const isRight = held.every(({ verdict }) => verdict === 'right');
  const objection =
    differencesIn(pass, large, isLayer) ??
    (isRight || reference ? triviality(pass, reference ? undefined : other, isLayer) : undefined) ??
    (reference ? undefined : unknownIn(held)); // what agrees with the reference is as the teacher has it
  return { held, ...(objection && { objection }), ...(reference && { differs }) };
}

/** Thoroughly at the first point, where all is right there, along directions at the second. */
async function heldAt(
  ask: Ask,
  pass: PassAt,
  second: PassAt | undefined,
  isLayer: boolean,
  random: RandomState,
): Promise<readonly Held[]> {
  // The costs that a process is asked for lie around the point of its last pass.
  const at = async (one: PassAt, thorough: boolean) => {
    const again = await passAt(ask, one.point);
    if (!isSame(again, one)) {
      throw new CheckError(
        'It gives two results for the same numbers: it draws random numbers or keeps a state. Pass a fixed dropout mask or seed in.',
      );
    }
    return hold(ask, one, isLayer, random, { seconds: 2, thorough });
  };
  const first = await at(pass, true);
  if (second === undefined || first.some(({ verdict }) => verdict === 'wrong')) return first;
  const there = await at(second, false);
  return first.map((one, i) => {
    const other = there[i];
    if (other === undefined || other.verdict === 'unknown') return one;
    return one.verdict === 'right' && other.verdict === 'right'
      ? one
      : { ...other, name: one.name };
  });
}

const isSame = (a: PassAt, b: PassAt) =>
  Object.is(a.cost, b.cost) &&
  a.gradients.size === b.gradients.size &&
  [...a.gradients].every(([name, { values }]) => {
    const own = b.gradients.get(name)?.values;
    if (own === undefined || own.length !== values.length) return false;
    const isAlike = (value: number, i: number) =>
      Object.is(value, own[i]) || Math.abs(value - own[i]) <= 1e-12 * Math.max(1, Math.abs(value));
    return values.every(isAlike);
  });

/** A pass that says nothing: whose gradients are all zero, or the same for whatever data. */
function triviality(pass: PassAt, other: PassAt | undefined, isLayer: boolean): string | undefined {
  const all = [...pass.gradients.values()].flatMap(({ values }) => [...values]);
  const largest = all.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest <= 1e-9 * Math.max(1, Math.abs(pass.cost))) {
    return 'Every gradient is zero, or too small to be told from zero, at points that were drawn for it: this says nothing about its backward pass.';
  }
  if (isLayer || other === undefined) return undefined;
  const isSameForAll = [...pass.gradients].every(([name, { values }]) => {
    const own = other.gradients.get(name)?.values;
    return own !== undefined && own.length === values.length && closeTo(values, own, 1e-12);
  });
  return isSameForAll
    ? 'Its gradients are the same for whatever X and Y: its cost is no function of the data.'
    : undefined;
}

function unknownIn(held: readonly Held[]): string | undefined {
  const names = held.filter(({ verdict }) => verdict === 'unknown').map(({ name }) => name);
  if (names.length === 0) return undefined;
  return `The differences of its cost say nothing about ${names.join(', ')}: the cost has a kink, or is no steady function, at points that were drawn for it.`;
}

async function firstOf<T>(
  distances: readonly Distance[],
  make: (distance: Distance) => Promise<T>,
): Promise<T> {
  let thrown: unknown;
  for (const distance of distances) {
    try {
      return await make(distance);
    } catch (error) {
      if (!(error instanceof HandgradError)) throw error;
      thrown ??= error;
    }
  }
  throw thrown;
}

/** Undefined where the functions cannot cope with a point. */
async function tried<T>(make: () => Promise<T>): Promise<T | undefined> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof HandgradError) return undefined;
    throw error;
  }
}
