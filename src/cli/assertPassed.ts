import { GradientError } from '../core/errors.js';
import type { GradientReport } from '../oracle/report.js';

/** @throws GradientError that names the parameters whose gradients are wrong. */
export function assertPassed({ passed, parameters }: GradientReport): void {
  if (passed) return;
  const wrong = parameters.filter(({ passed }) => !passed).map(({ name }) => name);
  throw new GradientError(`The hand-written gradients are wrong: ${wrong.join(', ')}.`);
}
