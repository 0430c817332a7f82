import { sameShape } from '../arrays.js';
import type { ChangeKind, Proposal } from '../change.js';
import { derivativeLike, functionOf } from '../derivatives.js';
import { argumentText } from '../names.js';
import type { Words } from '../said.js';
import type { Site } from '../site.js';
import { short } from '../text.js';

const binary = /^(Multiply|RealDiv|Add|AddN|Sub|Pow|Minimum|Maximum)$/;

/** x for f(x), and for x ∘ y: an operation is left out. */
export const drop: ChangeKind = {
  name: 'drop',
  proposals({ operation: { kernel }, operands, y }) {
    const isUnary = operands.length === 1 && !/^(Identity|Reshape|Cast)$/.test(kernel);
    if (!binary.test(kernel) && !isUnary) return [];
    return operands
      .filter(([, value]) => sameShape(value, y))
      .map(([keep]) => proposal(keep, operands.find(([name]) => name !== keep)?.[0]));
  },
};

const proposal = (keep: string, dropped: string | undefined): Proposal => ({
  cost: 1.3,
  change: {
    kind: 'drop',
    apply: ({ inputs }) => inputs[keep],
    say: (site) => say(site, keep, dropped),
  },
});

function say(site: Site, keep: string, dropped: string | undefined): Words {
  const { stage, operation, subject } = site;
  const kept = argumentText(stage, operation, keep) ?? 'its operand';
  const out = dropped && argumentText(stage, operation, dropped);
  const write = argumentText(stage, operation, keep);
  const { kernel } = operation;
  if (kernel === 'ZerosLike' || kernel === 'OnesLike') {
    const [id, is, why] =
      kernel === 'ZerosLike'
        ? ['zero', 'zero', 'it was not computed']
        : ['mask-missing', 'one', `the mask ${kept} is left out`];
    return {
      id,
      sentence: `${subject} is ${is} everywhere: ${kept} itself belongs there; ${why}`,
      write,
    };
  }
  const span = dropped && derivativeLike(stage, operation.inputs[dropped]);
  if (span) {
    const sentence = `${subject} has the derivative of ${functionOf(stage, span)}, ${short(out ?? '')}, once too often: it does not belong there`;
    return { id: 'derivative-twice', sentence, write };
  }
  if (out && verbs[kernel]) {
    const sentence = `${subject} is ${verbs[kernel]} ${short(out)} once too often: ${short(kept)} alone belongs there`;
    return { id: 'factor-twice', sentence, write };
  }
  return sayExtra(site, kept, write);
}

const verbs: Readonly<Record<string, string>> = {
  Multiply: 'multiplied by',
  RealDiv: 'divided by',
  Add: 'given the term',
  Sub: 'lessened by',
};

function sayExtra({ operation, subject, call }: Site, kept: string, write?: string): Words {
  const fn = operation.kernel.toLowerCase();
  const is = fn === 'reverse' ? 'flipped' : `put through ${fn}`;
  const sentence = `${subject} is ${is} where ${short(kept)} itself belongs: \`${short(call)}\` should not be there`;
  return { id: 'operation-extra', sentence, write };
}
