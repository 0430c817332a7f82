import { furthest } from '../../src/oracle/report/words.js';
import type { GradientReport } from '../../src/oracle/report.js';
import type { Experiment } from './experiment.js';

/**
 * Holds the backward pass that the page runs, at the parameters that it has now, against automatic
 * differentiation and central differences in double precision. Nothing else may run meanwhile: another
 * backend is in use.
 */
export async function prove({ network, params, X, Y }: Experiment): Promise<GradientReport> {
  const { checkNetwork } = await import('../../src/oracle/check.js');
  return checkNetwork(network, params, X, Y);
}

/** The report in a sentence. */
export function verdict(report: GradientReport): string {
  const { passed, parameters, checked, causes } = report;
  const names = parameters.map(({ name }) => name).join(', ');
  if (!passed) {
    return `Not right. ${causes.map(({ sentence }) => sentence).join(' ')} This is a mistake of the page: please report it with its address.`;
  }
  return `${names} are right: in double precision, ${checked.autodiff} numbers agree with automatic differentiation and ${checked.differences} with differences of the cost; the furthest is off by ${furthest(report).toExponential(0)}, relatively.`;
}
