import { compute } from './program.js';
import { same } from './scene.js';
import type { Stage } from './stage.js';

/**
 * Whether a recording gives what was recorded when it is run again. It does not where a value was changed
 * in place between two operations.
 */
export const isReproducible = ({ scene }: Stage): boolean =>
  scene.backward.every((operation) =>
    compute(operation, operation.inputs).every((value, i) => same(value, operation.outputs[i])),
  );
