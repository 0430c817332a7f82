import { compareGradients, largest, type Tolerance } from './compare.js';
import { near } from './diagnosis/near.js';
import { autodiffAt, type Gathered, type Kept } from './gather.js';
import { plural } from './report/words.js';
import type { ParameterReport } from './report.js';
import { isRounding, roundingOf, withRounding } from './rounding.js';
import type { Subject, Tensors } from './subject.js';
import { type Convention, combinations } from './ties.js';

export interface Held {
  readonly parameters: readonly ParameterReport[];
  /** With the gradients of the convention that the backward pass follows at a tie. */
  readonly evidence: Gathered;
  readonly notes: readonly string[];
}

/**
 * Holds the gradients by hand against autodiff: each on its own scale, and at a tie by the convention
 * that they follow, whatever TensorFlow.js's own is.
 */
export function held(subject: Subject, here: Gathered, tolerance: Tolerance, kept: Kept): Held {
  const plain = onOwnScale(subject, here, tolerance, kept);
  const passes = ({ parameters }: Pick<Held, 'parameters'>) =>
    parameters.filter(({ passed }) => passed).length;
  let best = { ...plain, evidence: here, conventions: [] as Convention[] };
  let other: Convention[] | undefined;
  for (const conventions of combinations(here.ties.keys())) {
    const { oracle } = autodiffAt(subject, here.point, here.judged, kept, conventions);
    if (agreeAll(oracle, here.oracle)) continue;
    other ??= conventions;
    const evidence = { ...here, oracle };
    const now = onOwnScale(subject, evidence, tolerance, kept);
    if (passes(now) > passes(best)) best = { ...now, evidence, conventions };
    if (passes(best) === best.parameters.length) break;
  }
  if (other === undefined) return { ...plain, evidence: here };
  const { parameters, evidence, notes, conventions } = best;
  return { parameters, evidence, notes: [...notes, tieNote(here, conventions, other)] };
}

const agreeAll = (a: Tensors, b: Tensors) =>
  Object.keys(b).every((name) => a[name] && near(a[name], b[name]));

function tieNote(
  { ties }: Gathered,
  own: readonly Convention[],
  other: readonly Convention[],
): string {
  const count = [...ties.values()].reduce((sum, n) => sum + n, 0);
  const says = (list: readonly Convention[]) => list.map((one) => one.says).join(', ');
  const follows =
    own.length > 0
      ? `Your gradients hold where ${says(own)}; TensorFlow.js takes another convention.`
      : `Another convention would be that ${says(other)}.`;
  return `The forward pass has ${plural(count, 'tie')} at this very point (${[...ties.keys()].join(', ')}), where the cost has no derivative: the check cannot decide at a tie. ${follows}`;
}

/** So small, rounding may be all that a difference is; of a gradient above 1 the share is more than it. */
const most = 1e-3;

/** Compares strictly; where a difference is so small that it may be rounding, it finds out. */
function onOwnScale(
  subject: Subject,
  evidence: Gathered,
  tolerance: Tolerance,
  kept: Kept,
): Omit<Held, 'evidence'> {
  const { judged, hand, oracle } = evidence;
  const strict = compareGradients(judged, hand, oracle, tolerance);
  if (tolerance.floor > 0) return { parameters: strict, notes: zeroNotes(oracle) };
  const compare = (parameter: string, own: Tolerance) =>
    compareGradients({ [parameter]: judged[parameter] }, hand, oracle, own)[0];
  const isDoubtful = ({ name, passed, problem }: ParameterReport) =>
    !passed && !problem && compare(name.slice(1), { ...tolerance, floor: most }).passed;
  const doubtful = new Set(strict.filter(isDoubtful).map(({ name }) => name));
  if (doubtful.size === 0) return { parameters: strict, notes: zeroNotes(oracle) };

  const rounding = roundingOf(subject, evidence, kept);
  const parameters = strict.map((parameter) => {
    const { name } = parameter;
    if (!doubtful.has(name)) return parameter;
    return compare(name.slice(1), withRounding(tolerance, rounding[name], most));
  });
  const zeros = parameters
    .filter(({ name, passed }) => passed && isRounding(oracle[name], rounding[name]))
    .filter(({ name }) => largest(oracle[name]) > 0)
    .map(({ name }) => `${name} is zero but for rounding: the check says little about it.`);
  return { parameters, notes: [...zeroNotes(oracle), ...zeros] };
}

/** A gradient that is zero by itself hides mistakes: 0 times anything is 0. */
const zeroNotes = (oracle: Tensors) =>
  Object.entries(oracle)
    .filter(([, gradient]) => gradient.dataSync().every((value) => value === 0))
    .map(([name]) => `${name} is zero everywhere (a dead relu?): the check says little about it.`);
