import type { Tensor2D } from '@tensorflow/tfjs-core';
import { backward, cost, forward } from '../../src/core/network.js';
import type { Params } from '../../src/core/tensors.js';
import type { GradientReport } from '../../src/oracle/report.js';
import type { Experiment } from './experiment.js';

/**
 * Holds the backward pass that the page runs, at the parameters that it has now, against automatic
 * differentiation and central differences in double precision. Nothing else may run meanwhile: another
 * backend is in use.
 */
export async function prove({ network, params, X, Y }: Experiment): Promise<GradientReport> {
  const { checkGradients } = await import('../../src/oracle/checkGradients.js');
  return checkGradients({
    params,
    X,
    Y,
    forward: (_, params, X, Y) => {
      const { caches } = forward(network, params as Params, X as Tensor2D);
      return { cost: cost(network, params as Params, caches, Y as Tensor2D), cache: caches };
    },
    backward: (_, params, __, Y, caches) =>
      backward(network, params as Params, caches as never, Y as Tensor2D),
  });
}

/** The report in a sentence. */
export function verdict({ passed, parameters, checked, causes }: GradientReport): string {
  const names = parameters.map(({ name }) => name).join(', ');
  const errors = parameters.map(({ maxRelativeError, comparisons }) =>
    Math.max(maxRelativeError, comparisons.handToDifferences ?? 0),
  );
  if (!passed) {
    return `Not right. ${causes.map(({ sentence }) => sentence).join(' ')} This is a mistake of the page: please report it with its address.`;
  }
  return `${names} are right: in double precision, ${checked.autodiff} numbers agree with automatic differentiation and ${checked.differences} with differences of the cost; the furthest is off by ${Math.max(...errors).toExponential(0)}, relatively.`;
}
