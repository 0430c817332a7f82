import type { PlanOutcome } from '../training/options.js';
import type { Choice, Trial } from '../training/plan.js';
import { table } from './terminal.js';

/** Who runs the steps, in a line. */
export function planLine({ name, choice, refused }: PlanOutcome): string {
  const trial = choice?.trials.find(({ plan }) => plan === choice.plan);
  const reason = refused ? `. ${refused}` : '';
  const about = trial ? `, about ${timeOf(trial)}` : '';
  const others = (choice?.trials ?? [])
    .filter(({ plan }) => plan !== choice?.plan)
    .map((other) => `${other.plan.name} ${timeOf(other)}`);
  return `Plan: ${name}${about}${others.length > 0 ? ` (${others.join(', ')})` : ''}${reason}`;
}

/** For the whole run; a step's, where nobody knows how many there are, as of a stream of samples. */
const timeOf = ({ seconds: s, setupMs, msPerStep }: Trial): string =>
  1000 * s < setupMs + msPerStep / 2 ? `${msPerStep.toFixed(1)} ms a step` : seconds(s);

/** The same for programs. */
export const planJson = ({ name, choice, refused }: PlanOutcome) => ({
  name,
  ...(refused && { refused }),
  trials: (choice?.trials ?? []).map(({ plan, ...figures }) => ({ name: plan.name, ...figures })),
  passed: (choice?.passed ?? []).map(({ plan, reason }) => ({ name: plan.name, reason })),
});

/** What each way to run the steps would cost, by backend. */
export function costTable(
  choices: readonly (readonly [backend: string, choice: Choice])[],
): string {
  const rows = choices.flatMap(([backend, { plan: chosen, trials, passed }]) => [
    ...trials.map(({ plan, setupMs, msPerStep, seconds: s }) => [
      backend,
      plan.name,
      `${setupMs.toFixed(0)}`,
      msPerStep.toFixed(3),
      seconds(s),
      plan === chosen ? 'chosen' : '',
    ]),
    ...passed.map(({ plan, reason }) => [backend, plan.name, '', '', '', reason]),
  ]);
  return table([['backend', 'plan', 'set-up, ms', 'ms a step', 'in all', ''], ...rows]);
}

const seconds = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} s`;
