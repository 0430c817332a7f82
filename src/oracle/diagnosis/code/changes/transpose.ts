import { transposed } from '../arrays.js';
import type { ChangeKind } from '../change.js';

/** dWᵀ for dW */
export const transpose: ChangeKind = {
  name: 'transpose',
  proposals: ({ y }) =>
    y.shape.length < 2 || y.values.length < 2
      ? []
      : [
          {
            cost: 1.2,
            change: {
              kind: 'transpose',
              signature: 'transpose',
              apply: ({ run }) => transposed(run()),
              say: ({ subject, dialect, call, operation }) => ({
                id: 'transposed',
                sentence: `${subject} is not transposed: its transpose belongs there`,
                write:
                  operation.outputs[0].shape.length === 2 ? dialect.transpose(call) : undefined,
              }),
            },
          },
        ],
};
