import { scaled } from '../arrays.js';
import { sayFactor } from '../changes/scale.js';
import { inverseOf } from '../factor.js';
import { changed, type SlipKind } from '../slip.js';

/** c dX for dX: what a use gives is off by a number. */
export const factor: SlipKind = {
  name: 'factor',
  proposals: ({ used, factors }) =>
    used.flatMap((input) =>
      factors.map((by) => ({
        cost: 1.6,
        slip: {
          kind: 'factor',
          contribute({ stage, input: at, own }) {
            const value = by.value(stage);
            return at === input && value !== undefined
              ? changed(own(), (part) => scaled(part, value))
              : own();
          },
          say: ({ stage, operation, text, name }) =>
            sayFactor(
              stage,
              `The gradient of ${name(operation.inputs[input])} in ${text}`,
              inverseOf(by),
            ),
        },
      })),
    ),
};
