import type { PlanOutcome } from '../training/options.js';
import type { Choice } from '../training/plan.js';
import { table } from './terminal.js';

/** Who runs the steps, in a line. */
export const planLine = ({ name, refused }: PlanOutcome): string =>
  `Plan: ${name}${refused ? `. ${refused}` : ''}`;

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
