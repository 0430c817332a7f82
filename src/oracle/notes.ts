import { list } from '../text/words.js';
import { largest } from './compare.js';
import type { Gathered } from './gather.js';
import type { Change } from './inPlace.js';
import type { Judged } from './judge.js';
import { magnitude } from './report/words.js';
import type { Place } from './thrown.js';

/** What is worth a word in a pass, whether it is right or not. */
export function passNotes(
  { point, hand, judged, changes, oracle, readsBack, undifferentiable }: Gathered,
  leaks: number,
): string[] {
  const expected = new Set(Object.keys(judged).map((name) => `d${name}`));
  const extra = Object.keys(hand).filter((name) => !expected.has(name));
  const notes = extra.map((name) =>
    name === 'dX' && !('X' in point.params)
      ? 'backward returns dX, but X holds whole numbers that the cost takes as such: dX is not checked.'
      : `backward returns ${name}, and there is no such parameter.`,
  );
  if (Object.keys(oracle).length === 0 && !readsBack && !undifferentiable) {
    notes.push(
      'forward takes none of its parameters: it must take them from its second argument, not from weights of its own that a class or a module holds.',
    );
  }
  notes.push(...changeNotes(changes));
  if (leaks > 0)
    notes.push(
      `Each pass leaks ${leaks} ${leaks === 1 ? 'tensor' : 'tensors'} that tf.keep or tf.variable holds on to.`,
    );
  return notes;
}

function changeNotes(changes: readonly Change[]): string[] {
  const of = (by: Change['by'], is: Change['is']) => [
    ...new Set(changes.filter((one) => one.by === by && one.is === is).map(({ name }) => name)),
  ];
  const say = (by: Change['by'], names: readonly string[], whose: string) =>
    names.length === 0
      ? []
      : [
          `${by} updates ${list(names)} in place: dataSync hands out ${whose} own numbers on some backends, and a copy on others. Change a copy, dataSync().slice().`,
        ];
  return [
    ...say('forward', of('forward', 'input'), "the input's"),
    ...say('backward', of('backward', 'input'), "the input's"),
    ...say('backward', of('backward', 'cached'), "the tensor's"),
  ];
}

/** What differences had to decide, and what they could not see. */
export function differenceNotes(
  { readsBack, undifferentiable, oracle }: Gathered,
  { byDifferences, tooSmall, stopped, elements, directions }: Judged,
): string[] {
  const notes: string[] = [];
  if (byDifferences.size > 0) {
    const why =
      undifferentiable ??
      (readsBack
        ? `The forward pass reads numbers back${lineOf(readsBack.place)}, where automatic differentiation loses sight of them.`
        : 'Automatic differentiation does not see all of the forward pass.');
    notes.push(`${why} Differences of the cost alone decide on ${list([...byDifferences], 8)}.`);
  }
  for (const name of tooSmall) {
    notes.push(
      `${name} is at most ${magnitude(largest(oracle[name]))}: too small for differences of the cost, so that automatic differentiation alone judges it.`,
    );
  }
  if (stopped) {
    notes.push(
      `The time for differences was over after ${elements} elements and ${directions} random directions; --samples takes as many of each parameter as it says.`,
    );
  }
  return notes;
}

const lineOf = (place: Place | undefined) => (place ? ` (${place.file}:${place.line})` : '');
