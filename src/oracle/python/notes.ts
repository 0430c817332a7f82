import { list } from '../../text/words.js';
import type { LoadedFile, PackedStop, PointAnswer } from './answers.js';
import type { Judged } from './judge.js';
import { recordingOf } from './recorded.js';

/** What is not wrong, but worth a word. */
export function notesOf(loaded: LoadedFile, answer: PointAnswer, judged: Judged): string[] {
  const input = answer.kind === 'layer' ? 'input' : 'parameter';
  return [
    ...loaded.notes,
    ...answer.extra.map((name) => `backward returns ${name}, and there is no such ${input}.`),
    ...(judged.perSample
      ? [
          `${list(judged.perSample.map((name) => `d${name}`))}: held against 1/m of the product with dout, since dout is taken for the gradients of each sample's own loss, as in the course.`,
        ]
      : []),
    ...recordingNotes(answer, judged),
    ...zeroNotes(judged),
  ];
}

function recordingNotes(answer: PointAnswer, { doubted, compared }: Judged): string[] {
  const { recording } = answer;
  if (recording && 'error' in recording) {
    return [`Autodiff cannot follow this code (${recording.error}): the differences decide.`];
  }
  const own = recordingOf(answer);
  const stops = own?.stops.filter(({ after }) => after <= own.split) ?? [];
  const written = new Map(own?.written.map(({ name, line }) => [name, line]));
  return [
    ...stops.map((stop) => `Autodiff ends at ${stop.what}${lineOf(stop)}: the differences decide.`),
    ...(stops.length === 0 && compared === 0
      ? ['Autodiff does not give the numbers of this forward pass: the differences decide.']
      : []),
    ...(doubted.length > 0 && compared > 0
      ? [`Autodiff and the differences disagree on ${list(doubted)}: the differences decide.`]
      : []),
    ...[...written].map(
      ([name, line]) =>
        `${name} is changed in place${line === undefined ? '' : ` in line ${line}`}: whoever called sees other numbers afterwards. Write to a copy.`,
    ),
  ];
}

const lineOf = ({ line }: PackedStop) => (line === undefined ? '' : ` in line ${line}`);

/** A gradient that is zero by itself hides mistakes: 0 times anything is 0. */
const zeroNotes = ({ truth }: Judged) =>
  Object.entries(truth)
    .filter(([, gradient]) => gradient.dataSync().every((value) => value === 0))
    .map(([name]) => `${name} is zero everywhere (a dead relu?): the check says little about it.`);
