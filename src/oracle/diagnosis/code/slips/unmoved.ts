import { sameShape } from '../arrays.js';
import { nameOf, scalarName } from '../names.js';
import { lacks, type SlipKind, type Told } from '../slip.js';
import { bare, short } from '../text.js';

/** dA for dA ∘ f'(Z): the derivative of a function is left out, or the factor of a product. */
export const unmoved: SlipKind = {
  name: 'unmoved',
  proposals({ operation: { kernel, inputs, outputs }, used }) {
    const isShaped = used.length === 1 && sameShape(inputs[used[0]], outputs[0]);
    if (!isShaped || /^(Add|AddN|Sub|Identity|Cast|Reshape|Neg|GatherV2)$/.test(kernel)) return [];
    return [
      {
        cost: 1.1,
        slip: {
          kind: 'unmoved',
          contribute: ({ operation, input, dY, own }) =>
            sameShape(dY, operation.inputs[input]) ? dY : own(),
          say: (told) => say(told, used[0]),
        },
      },
    ];
  },
};

function say(told: Told, input: string) {
  const { stage, operation, text, name } = told;
  const { kernel, inputs, outputs } = operation;
  if (/^(Multiply|RealDiv)$/.test(kernel)) {
    const [other] = Object.keys(inputs)
      .filter((one) => one !== input)
      .map((one) => inputs[one]);
    const own = short(nameOf(stage, other) ?? '');
    const factor = other.values.length === 1 ? scalarName(own, other) : own;
    const below = kernel === 'RealDiv' ? '1/' : '';
    return {
      id: 'factor-missing',
      sentence: `${lacks(told)} the factor ${below}${factor} of ${text} in the forward pass: it is missing in the backward pass`,
    };
  }
  const x = name(inputs[input]);
  return {
    id: 'derivative-missing',
    sentence: `${lacks(told)} the derivative of ${kernel.toLowerCase()}, ${text}: the gradient of ${bare(name(outputs[0]))} is passed on to ${x} as it is`,
  };
}
