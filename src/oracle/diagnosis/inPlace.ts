import { compute } from './program.js';
import { same } from './scene.js';
import type { Stage } from './stage.js';

/**
 * A value that was changed in place before an operation used it: then the operation gives something
 * else than its inputs, as they were when they were made, would give.
 */
export function changedInPlace(stage: Stage): { id: string; sentence: string } | undefined {
  for (const operation of stage.scene.backward) {
    const made = compute(operation, operation.inputs);
    if (made.every((value, i) => same(value, operation.outputs[i]))) continue;
    const [input] = Object.values(operation.inputs).filter((value) => value.values.length > 1);
    const name = (input && stage.nameOf(input)) ?? 'a value';
    const text = stage.textOf(operation) ?? operation.kernel;
    return {
      id: 'W-updated',
      sentence: `\`${text}\` uses a ${name} that was updated in place before: the ${name} of the forward pass belongs there. Update a copy, after the gradients are computed.`,
    };
  }
  return undefined;
}
