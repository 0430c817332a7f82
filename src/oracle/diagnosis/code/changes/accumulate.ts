import { one } from '../arrays.js';
import type { ChangeKind } from '../change.js';

/** dW += … for dW = … in a loop: what each iteration gives is added up. */
export const accumulate: ChangeKind = {
  name: 'accumulate',
  proposals: ({ at }) =>
    at.length < 2
      ? []
      : [
          {
            cost: 0.8,
            change: {
              kind: 'accumulate',
              signature: 'accumulate',
              // What the iterations before the last gave is overwritten: no gradient needs it yet.
              needsAll: true,
              apply({ run, before }) {
                const own = run();
                return before ? one('Add', { a: own, b: before }) : own;
              },
              say: ({ subject, group }) => ({
                id: 'not-accumulated',
                sentence: `${subject} is overwritten in each of the ${group.at.length} iterations: = where += belongs, so that the last one alone counts`,
              }),
            },
          },
        ],
};
