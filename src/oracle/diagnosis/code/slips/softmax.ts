import type { Value } from '../../../recording.js';
import { one } from '../arrays.js';
import { onesLike } from '../reverse.js';
import { changed, type SlipKind } from '../slip.js';
import type { Stage } from '../stage.js';

/** P ∘ (1 - P) */
const slope = (P: Value) => one('Multiply', { a: P, b: one('Sub', { a: onesLike(P), b: P }) });

/** dZ = dP ∘ P ∘ (1 - P): the Jacobian of the softmax as if it were diagonal. */
export const softmaxDiagonal: SlipKind = {
  name: 'softmax-diagonal',
  proposals({ stage, operation: { kernel, inputs } }) {
    const sentence = 'as if its Jacobian were diagonal: the sum over the row is missing';
    if (kernel === 'Softmax')
      return [
        {
          cost: 1.05,
          slip: {
            kind: 'softmax-diagonal',
            contribute: ({ operation, dY, own }) =>
              changed(own(), () => one('Multiply', { a: dY, b: slope(operation.outputs[0]) })),
            say: ({ where, text }) => ({
              id: 'softmax-diagonal',
              sentence: `${where}: the softmax ${text} is differentiated element by element, ${sentence}`,
            }),
          },
        },
      ];
    if (kernel !== 'RealDiv' || sumOf(stage, inputs.b) !== inputs.a) return [];
    return [
      {
        cost: 1.05,
        slip: {
          kind: 'softmax-diagonal',
          // P = e / Σ e: what reaches e is such that e passes dP ∘ P ∘ (1 - P) on.
          contribute({ operation: { inputs, outputs }, input, dY }) {
            if (input !== 'a') return undefined;
            return one('RealDiv', {
              a: one('Multiply', { a: dY, b: slope(outputs[0]) }),
              b: inputs.a,
            });
          },
          say: ({ where, text }) => ({
            id: 'softmax-diagonal',
            sentence: `${where}: the softmax ${text} is differentiated element by element, ${sentence}`,
          }),
        },
      },
    ];
  },
};

/** dZ = dP ∘ P for P ∘ (dP - Σ dP ∘ P) */
export const softmaxSum: SlipKind = {
  name: 'softmax-sum',
  proposals: ({ operation: { kernel } }) =>
    kernel !== 'Softmax'
      ? []
      : [
          {
            cost: 1.15,
            slip: {
              kind: 'softmax-sum',
              contribute: ({ operation, dY, own }) =>
                changed(own(), () => one('Multiply', { a: dY, b: operation.outputs[0] })),
              say: ({ where, text }) => ({
                id: 'softmax-sum',
                sentence: `${where}: in the derivative of the softmax ${text} the sum over the row is missing`,
              }),
            },
          },
        ],
};

/** What a value is the sum of, by way of changes of shape. */
function sumOf(stage: Stage, value: Value): Value | undefined {
  const maker = stage.makerOf(value);
  if (maker?.kernel === 'Sum') return maker.inputs.x;
  return maker && /^(Reshape|ExpandDims|Identity)$/.test(maker.kernel)
    ? sumOf(stage, Object.values(maker.inputs)[0])
    : undefined;
}
