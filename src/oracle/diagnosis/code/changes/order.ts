import type { ChangeKind } from '../change.js';
import { nameOf } from '../names.js';
import type { Words } from '../said.js';
import type { Site } from '../site.js';
import { short } from '../text.js';

/** [dq, dk] for [dk, dq]: two parts of a concatenation change places. */
export const order: ChangeKind = {
  name: 'order',
  proposals({ operation: { kernel }, operands }) {
    if (!/^(Concat|Pack|Stack)$/.test(kernel)) return [];
    return operands.flatMap(([a], i) =>
      operands.slice(i + 1).map(([b]) => ({
        cost: 1.1,
        change: {
          kind: 'order',
          apply: ({ inputs, run }) => run({ ...inputs, [a]: inputs[b], [b]: inputs[a] }),
          say: (site) => say(site, a, b),
        },
      })),
    );
  },
};

function say({ stage, operation, subject }: Site, a: string, b: string): Words {
  const position = (input: string) => Object.keys(operation.inputs).indexOf(input);
  const name = (input: string) =>
    short(nameOf(stage, operation.inputs[input]) ?? `part ${position(input) + 1}`);
  const [x, y] = [name(a), name(b)];
  const isNamed = x !== y && [x, y].every((one) => /^[\w$.]+$/.test(one));
  const places = !isNamed ? `parts ${position(a) + 1} and ${position(b) + 1}` : `${x} and ${y}`;
  return {
    id: 'order-swapped',
    sentence: `${subject} has ${places} in the wrong order: the two are swapped`,
  };
}
