import { sameShape } from '../arrays.js';
import { nameOf, scalarName } from '../names.js';
import { lacks, type SlipKind, type Told } from '../slip.js';
import { bare, short } from '../text.js';

/** dA for dA ∘ f'(Z): the derivative of a function is left out, or the factor of a product. */
export const unmoved: SlipKind = {
  name: 'unmoved',
  proposals({ operation: { kernel, inputs, outputs }, used }) {
    const isShaped = used.length === 1 && sameShape(inputs[used[0]], outputs[0]);
    if (!isShaped || /^(Add|AddN|Sub|Identity|Cast|Reshape|Neg)$/.test(kernel)) return [];
    return [
      {
        cost: 1.1,
        slip: {
          kind: 'unmoved',
          contribute: ({ operation, input, dY, own }) =>
            sameShape(dY, operation.inputs[input]) ? dY : own(),
          say,
        },
      },
    ];
  },
};

function say(told: Told) {
  const { stage, operation, text, name } = told;
  const { kernel, inputs, outputs } = operation;
  if (/^(Multiply|RealDiv)$/.test(kernel)) {
    const other = Object.values(inputs).find((value) => value.values.length === 1);
    const factor = other ? scalarName(short(nameOf(stage, other) ?? ''), other) : 'of the product';
    const below = kernel === 'RealDiv' && other ? '1/' : '';
    return {
      id: 'factor-missing',
      sentence: `${lacks(told)} the factor ${below}${factor} of ${text} in the forward pass: it is missing in the backward pass`,
    };
  }
  const [x] = Object.values(inputs).map(name);
  return {
    id: 'derivative-missing',
    sentence: `${lacks(told)} the derivative of ${kernel.toLowerCase()}, ${text}: the gradient of ${bare(name(outputs[0]))} is passed on to ${x} as it is`,
  };
}
