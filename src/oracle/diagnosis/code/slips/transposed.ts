import { transposed as transpose } from '../arrays.js';
import { changed, type SlipKind } from '../slip.js';

/** dWᵀ for dW, where W is square. */
export const transposed: SlipKind = {
  name: 'transposed',
  proposals: ({ used, operation: { inputs } }) =>
    used
      .filter((input) => {
        const { shape } = inputs[input];
        return shape.length >= 2 && shape.at(-1) === shape.at(-2);
      })
      .map((input) => ({
        cost: 1.4,
        slip: {
          kind: 'transposed',
          contribute: (use) => (use.input === input ? changed(use.own(), transpose) : use.own()),
          say: ({ where, operation, text, name }) => ({
            id: 'transposed',
            sentence: `${where}: the gradient of ${name(operation.inputs[input])} in ${text} is not transposed`,
          }),
        },
      })),
};
