import { type Course, disagreement } from './agreement.js';
import { BenchError } from './benchError.js';
import { type Entrant, namesOf, scikitLearn } from './entrants.js';
import { ContestantProcess } from './process.js';
import { type Contestant, type Timings, takeTurns } from './takeTurns.js';
import type { Shape, Task } from './task.js';
import { inFolder } from './taskFolder.js';
import type { Stage } from './workload.js';

/**
 * After so many iterations, and so many more, the costs must agree: the first step shows the most. With
 * batches it is an epoch: not all can do less.
 */
const checked = [1, 4];

type Batches = Pick<Shape, 'm' | 'batchSize' | 'dropout'>;

/** They start from weights that they draw themselves. */
const startElsewhere = namesOf(scikitLearn);

/** The processes of contestants, one for each, for as long as `use` takes. */
export async function lineUp<T>(
  entrants: readonly Entrant[],
  { python, packages }: Stage,
  use: (processes: readonly ContestantProcess[]) => Promise<T>,
): Promise<T> {
  const processes = entrants
    .filter(({ needs }) => needs === undefined || packages.has(needs))
    .map((entrant) => new ContestantProcess(entrant, python));
  try {
    return await use(processes);
  } finally {
    for (const process of processes) process.end();
  }
}

/** Gives every contestant the task, demands that they agree, and times their iterations in turns. */
export function timeSteps(
  title: string,
  task: Task,
  processes: readonly ContestantProcess[],
  stage: Stage,
  turnMs?: number,
): Promise<Timings> {
  return inFolder(task, (folder) => timeInFolder(title, task, folder, processes, stage, turnMs));
}

/** The same of a task that lies in a folder. */
export async function timeInFolder(
  title: string,
  task: Batches,
  folder: string,
  processes: readonly ContestantProcess[],
  stage: Stage,
  turnMs?: number,
): Promise<Timings> {
  stage.say(`${title}: ${processes.length} contestants get ready`);
  const ready = await start(title, folder, processes, stage);
  await assertAgreement(title, task, [...ready.keys()], stage);
  stage.say(`${title}: ${stage.rounds} rounds`);
  const contestants = [...ready].map(([process, atOnce]): [string, Contestant] => [
    process.name,
    { atOnce, run: async (iterations) => (await process.ask('run', { iterations })).ms },
  ]);
  return takeTurns(Object.fromEntries(contestants), stage.rounds, turnMs);
}

/** Loads a task. Whose backend does not start here is left out, and a line says why. */
export async function load(
  folder: string,
  processes: readonly ContestantProcess[],
  stage: Stage,
): Promise<ContestantProcess[]> {
  const answers = await Promise.all(processes.map((process) => process.ask('load', { folder })));
  const reasons = new Set<string>();
  const ready = processes.filter((_, i) => {
    const about = answers[i];
    if ('refused' in about) reasons.add(about.refused);
    else stage.note(about);
    return !('refused' in about);
  });
  for (const reason of reasons) stage.say(reason);
  return ready;
}

/** Those that take the task, each with how many iterations it runs at once. One after the other: some measure. */
export async function start(
  title: string,
  folder: string,
  processes: readonly ContestantProcess[],
  stage: Stage,
): Promise<Map<ContestantProcess, number>> {
  const ready = new Map<ContestantProcess, number>();
  for (const process of await load(folder, processes, stage)) {
    const answer = await process.ask('start', {});
    if ('refused' in answer) stage.say(`${title}: ${process.name} is left out. ${answer.refused}`);
    else ready.set(process, answer.atOnce);
  }
  return ready;
}

/** @throws BenchError where two contestants do other mathematics: their times would compare nothing. */
export async function assertAgreement(
  title: string,
  { m, batchSize, dropout }: Batches,
  processes: readonly ContestantProcess[],
  stage: Stage,
): Promise<void> {
  const iterations = batchSize === undefined ? checked : [Math.ceil(m / batchSize)];
  const courses: Record<string, Course> = {};
  for (const process of processes) {
    if (startElsewhere.includes(process.name)) continue;
    courses[process.name] = (await process.ask('check', { iterations })).costs;
  }
  if (Object.keys(courses).length === 0) {
    throw new BenchError(`${title}: no contestant of ours runs here.`);
  }
  const sentence = disagreement(courses, { isRandom: dropout !== undefined });
  if (sentence) throw new BenchError(`${title}: ${sentence}`);
  const costs = Object.values(courses)[0].map((J) => J.toFixed(4));
  stage.say(`${title}: all agree on the cost, ${costs.join(' to ')}`);
}
