import { sameShape } from '../arrays.js';
import { lacks, type SlipKind, type Told } from '../slip.js';
import { bare } from '../text.js';

/** dA for dA ∘ B where A ∘ B is the forward pass: the other factor of a product is left out. */
export const unfactored: SlipKind = {
  name: 'unfactored',
  proposals({ operation: { kernel, inputs, outputs }, used }) {
    if (!/^(Multiply|RealDiv)$/.test(kernel) || used.length !== 2) return [];
    return used
      .filter((input) => sameShape(inputs[input], outputs[0]))
      .filter((input) => kernel === 'Multiply' || input === 'a')
      .map((input) => ({
        cost: 1.2,
        slip: {
          kind: 'unfactored',
          contribute: (use) => (use.input === input ? use.dY : use.own()),
          say: (told) => say(told, input),
        },
      }));
  },
};

function say(told: Told, input: string) {
  const { operation, name, text } = told;
  const { kernel, inputs } = operation;
  const other = name(inputs[input === 'a' ? 'b' : 'a']);
  const is = kernel === 'RealDiv' ? 'the division by' : 'the product with';
  const factor = kernel === 'RealDiv' ? `1/${bare(other)}` : other;
  return {
    id: 'factor-missing',
    sentence: `${lacks(told)} the factor ${factor}: ${is} ${other} in ${text} is missing where the gradient passes through it to ${name(inputs[input])}`,
  };
}
