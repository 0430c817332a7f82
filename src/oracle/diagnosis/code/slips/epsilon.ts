import type { Value } from '../../../recording.js';
import { type Gradients, on, reverse } from '../reverse.js';
import type { Group } from '../scene.js';
import type { SlipKind, Step } from '../slip.js';
import type { Stage } from '../stage.js';
import { number } from '../text.js';

/** P - Y for a cost with log(P + ε): a small constant of the forward pass is left out in the backward pass. */
export const epsilon: SlipKind = {
  name: 'epsilon',
  proposals: (step) =>
    Object.keys(step.operation.inputs)
      .filter((input) => isSmall(step, input))
      .map((input) => ({
        cost: 1.3,
        slip: {
          kind: 'epsilon',
          reverse: (stage, group) => without(stage, group, input),
          say: ({ where, isOne, operation, text }) => ({
            id: 'epsilon-ignored',
            sentence: `${where} ${isOne ? 'is' : 'are'} the gradient of a cost without the small constant ${number(operation.inputs[input].values[0])} in ${text}: it is left out in the backward pass`,
          }),
        },
      })),
};

function isSmall({ operation: { kernel, inputs }, variable }: Step, input: string): boolean {
  const value = inputs[input];
  if (!/^(Add|Maximum)$/.test(kernel) || value.values.length !== 1 || variable.has(value))
    return false;
  const size = Math.abs(Number(value.values[0]));
  return size > 0 && size < 1e-3;
}

/** The gradients of the same forward pass without the constant. */
function without({ scene: { forward, cost } }: Stage, { at }: Group, input: string): Gradients {
  const others = new Map<Value, Value>();
  const operations = forward.map((operation, i) => {
    const entries = Object.entries(operation.inputs).map(([name, value]) => [
      name,
      at.includes(i) && name === input
        ? { ...value, values: new Float64Array(1) }
        : (others.get(value) ?? value),
    ]);
    const made = on(operation, Object.fromEntries(entries));
    for (const [k, output] of operation.outputs.entries()) others.set(output, made.outputs[k]);
    return made;
  });
  return reverse(operations, others.get(cost) ?? cost);
}
