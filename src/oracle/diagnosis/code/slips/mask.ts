import { axesOf } from '../arrays.js';
import { chainRule } from '../reverse.js';
import type { Slip, SlipKind } from '../slip.js';
import { bare } from '../text.js';

/** dX = dM for dM ∘ [X = M]: the gradient of a maximum goes to every element alike. */
export const mask: SlipKind = {
  name: 'mask',
  proposals: ({ operation: { kernel } }) =>
    /^(Max|Min)$/.test(kernel)
      ? [
          { cost: 1.1, slip: spread('Sum', 'goes to every element, not to the') },
          {
            cost: 1.15,
            slip: spread('Mean', 'is shared evenly, as of a mean, where it goes to the'),
          },
        ]
      : [],
};

const spread = (kernel: 'Sum' | 'Mean', is: string): Omit<Slip, 'key'> => ({
  kind: 'mask',
  contribute({ operation, input, dY, own }) {
    if (input !== 'x') return own();
    const attrs = { ...operation.attrs, axis: axesOf(operation.attrs) };
    return chainRule({ ...operation, kernel, attrs }, input, [dY]);
  },
  say: ({ where, operation, text, name }) => ({
    id: 'mask-missing',
    sentence: `${where}: the gradient of ${bare(name(operation.outputs[0]))} ${is} ${operation.kernel === 'Max' ? 'maximum' : 'minimum'} alone: the mask of ${text} is missing`,
  }),
});
