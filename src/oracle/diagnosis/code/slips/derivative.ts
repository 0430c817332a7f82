import { sameShape } from '../arrays.js';
import { chainRule, on } from '../reverse.js';
import {
  changed,
  type Slip,
  type SlipKind,
  type SlipProposal,
  type Step,
  type Told,
} from '../slip.js';
import { bare } from '../text.js';

type Contribute = NonNullable<Slip['contribute']>;

/** Functions of one operand, element by element. */
function isFunction({ operation: { kernel, inputs, outputs }, used }: Step): boolean {
  return (
    used.length === 1 &&
    Object.keys(inputs).length === 1 &&
    sameShape(inputs[used[0]], outputs[0]) &&
    !/^(Identity|Cast|Reshape|Neg)$/.test(kernel)
  );
}

const kindOf = (
  name: string,
  cost: number,
  contribute: Contribute,
  say: Slip['say'],
): SlipKind => ({
  name,
  proposals: (step): SlipProposal[] =>
    isFunction(step) ? [{ cost, slip: { kind: name, contribute, say } }] : [],
});

const parts = ({ operation: { kernel, inputs, outputs }, name }: Told) => ({
  fn: kernel.toLowerCase(),
  x: name(Object.values(inputs)[0]),
  y: bare(name(outputs[0])),
});

/** dA ∘ f'(Z) ∘ f'(Z) */
export const twice = kindOf(
  'twice',
  1.2,
  ({ operation, input, own }) => changed(own(), (part) => chainRule(operation, input, [part])),
  (told) => ({
    id: 'derivative-twice',
    sentence: `${told.where}: the derivative of ${parts(told).fn}, ${told.text}, is there twice`,
  }),
);

/** dA ∘ f'(A): the derivative at what the function gives. */
export const atOutput = kindOf(
  'at-output',
  1.25,
  ({ operation, input, dY }) => {
    const { inputs, outputs } = operation;
    return chainRule(on(operation, { ...inputs, [input]: outputs[0] }), input, [dY]);
  },
  (told) => {
    const { fn, x, y } = parts(told);
    const sentence = `${told.where}: the derivative of ${fn} is taken at ${y} where ${x} belongs`;
    return { id: 'derivative-at', sentence };
  },
);

/** dZ = dA ∘ (1 - Z²): what the function is of in the place of what it gives. */
export const ofInput = kindOf(
  'of-input',
  1.25,
  ({ operation, input, dY }) =>
    chainRule({ ...operation, outputs: [operation.inputs[input]] }, input, [dY]),
  (told) => {
    const { fn, x, y } = parts(told);
    const sentence = `${told.where}: ${x} stands in the derivative of ${fn} where ${y} belongs`;
    return { id: 'derivative-at', sentence };
  },
);
