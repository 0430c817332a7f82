import { axesOf, one, subsets } from '../arrays.js';
import type { ChangeKind, Proposal } from '../change.js';
import { isFunction } from '../names.js';
import type { Words } from '../said.js';
import type { Site } from '../site.js';
import { axesIn, belong } from '../sizes.js';

/** tf.sum(x, 0) for tf.sum(x, 1): a sum or a mean over other axes, or with them kept. */
export const axes: ChangeKind = {
  name: 'axes',
  proposals({ operation: { kernel, inputs, attrs } }) {
    if (!/^(Sum|Mean|Max|Min|Prod)$/.test(kernel)) return [];
    const own = String(axesOf(attrs));
    return subsets(inputs.x.shape.length)
      .flatMap((over) => [false, true].map((keepDims) => proposal(over, keepDims, own)))
      .filter(({ change }) => change.signature !== `axes ${own} ${Boolean(attrs.keepDims)}`);
  },
};

const proposal = (over: readonly number[], keepDims: boolean, own: string): Proposal => ({
  cost: String(over) === own ? 0.9 : 1,
  change: {
    kind: 'axes',
    signature: `axes ${over} ${keepDims}`,
    apply: ({ operation: { kernel, attrs }, inputs: { x } }) =>
      one(kernel, { x }, { ...attrs, axis: [...over], reductionIndices: [...over], keepDims }),
    say: (site) => say(site, over, keepDims),
  },
});

function say(site: Site, over: readonly number[], keepDims: boolean): Words {
  const { stage, operation, subject, expression, dialect, call } = site;
  const { x } = operation.inputs;
  const own = axesOf(operation.attrs);
  const write =
    isFunction(call) && over.length > 0
      ? expression?.args[0] && dialect.reduce(operation.kernel, expression.args[0], over, keepDims)
      : undefined;
  if (String(own) === String(over)) {
    const is = keepDims ? 'is missing' : 'is too much';
    return {
      id: 'keepdims-missing',
      sentence: `${subject} has the right numbers in the shape (${operation.outputs[0].shape.join(', ')}): keepDims ${is}`,
      write,
    };
  }
  const reduced = operation.kernel === 'Mean' ? 'averaged' : 'summed';
  return {
    id: 'wrong-axis',
    sentence: `${subject} is ${reduced} over ${axesIn(stage, x, own)} where ${axesIn(stage, x, over)} ${belong(over)}`,
    write,
  };
}
