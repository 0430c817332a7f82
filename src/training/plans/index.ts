import type { Plan, Runner, Task } from '../plan.js';
import { compiled } from './compiled.js';
import { plain } from './plain.js';
import { compiledInSampleSpace, inSampleSpace } from './sampleSpace.js';

export { compiled, compiledInSampleSpace, inSampleSpace, plain };

/** Every plan. */
export const plans: readonly Plan[] = [plain, compiled, inSampleSpace, compiledInSampleSpace];

/** Starts a plan, or plain steps if the plan is refused; `onRefused` receives the reason. */
export async function start(
  plan: Plan,
  task: Task,
  onRefused?: (reason: string) => void,
): Promise<Runner> {
  const runner = await plan.start(task);
  if (!('refused' in runner)) return runner;
  onRefused?.(runner.refused);
  return (await plain.start(task)) as Runner;
}
