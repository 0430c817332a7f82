import { one, subsets } from '../arrays.js';
import type { ChangeKind, Proposal } from '../change.js';
import type { Words } from '../said.js';
import type { Site } from '../site.js';
import { axesIn } from '../sizes.js';

/** tf.sum(dZ, 0) for dZ: what was broadcast in the forward pass is not summed. */
export const sum: ChangeKind = {
  name: 'sum',
  proposals: ({ y }) =>
    subsets(y.shape.length)
      .filter(({ length }) => length > 0)
      .flatMap((over) => [false, true].map((keepDims) => proposal(over, keepDims))),
};

const proposal = (over: readonly number[], keepDims: boolean): Proposal => ({
  cost: keepDims ? 1.02 : 1,
  change: {
    kind: 'sum',
    apply: ({ run }) => one('Sum', { x: run() }, { axis: [...over], keepDims }),
    say: (site) => say(site, over, keepDims),
  },
});

function say(site: Site, over: readonly number[], keepDims: boolean): Words {
  const { stage, subject, dialect, call, operation } = site;
  const [y] = operation.outputs;
  if (over.every((axis) => y.shape[axis] === 1)) {
    return {
      id: 'keepdims-missing',
      sentence: `${subject} has the right numbers in the shape (${y.shape.join(', ')}): a dimension is too many`,
      write: dialect.squeeze(call, over),
    };
  }
  const whole = over.length === y.shape.length && over.length > 1;
  return {
    id: 'not-summed',
    sentence: `${subject} is not summed over ${axesIn(stage, y, over)}${whole ? ', the whole that it was broadcast to' : ''}`,
    write: dialect.reduce('Sum', call, over, keepDims),
  };
}
