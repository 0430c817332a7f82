import { sameShape } from '../arrays.js';
import { type ChangeKind, combined } from '../change.js';
import { derivativeText, functionOf, inputName, spanOf } from '../derivatives.js';
import { argumentText } from '../names.js';
import type { Reference } from '../reference.js';
import type { Words } from '../said.js';
import type { Site } from '../site.js';
import { short } from '../text.js';
import { derivativeCode } from '../writtenDerivative.js';

/** dA ∘ relu'(Z) for relu(dA): the function itself in the place of its derivative. */
export const instead: ChangeKind = {
  name: 'instead',
  proposals({ operation: { kernel }, operands, usable, y }) {
    const [[keep, own]] = operands.length === 1 ? operands : [[undefined, undefined]];
    if (keep === undefined || kernel === 'Identity' || !own || !sameShape(own, y)) return [];
    return usable
      .filter(({ reference, value }) => reference.kind === 'derivative' && sameShape(value, y))
      .map(({ reference }) => ({
        cost: 1.15,
        change: {
          kind: 'instead',
          apply: ({ inputs, picked }) => combined('Multiply', inputs[keep], picked(reference)),
          say: (site) => say(site, keep, reference),
        },
      }));
  },
};

function say(site: Site, keep: string, reference: Reference): Words {
  const { stage, subject, call, dialect, operation } = site;
  const span = spanOf(stage, reference);
  const x = argumentText(stage, operation, keep);
  const fn = functionOf(stage, span);
  const code = derivativeCode(site, reference);
  return {
    id: 'derivative-at-gradient',
    sentence: `${subject} is \`${short(call)}\`, ${fn} applied to the gradient ${x ?? ''}, forward again: the derivative of ${fn} belongs there, taken from ${inputName(stage, span)}: ${derivativeText(stage, span)}`,
    write: x && code && dialect.binary('Multiply', x, code),
  };
}
