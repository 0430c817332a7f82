import { sameShape } from '../arrays.js';
import type { ChangeKind } from '../change.js';
import { atOther, derivativeText, functionOf, spanOf } from '../derivatives.js';
import { isSame } from '../edit.js';
import { argumentText, nameOfReference, stepBefore } from '../names.js';
import type { Reference } from '../reference.js';
import type { Words } from '../said.js';
import type { Site } from '../site.js';
import { short } from '../text.js';
import { codeOf } from '../writing.js';

/** tf.mul(dA, A1) for tf.mul(dA, Z1): another value in the place of an operand. */
export const operand: ChangeKind = {
  name: 'operand',
  proposals: ({ operands, usable }) =>
    usable.flatMap(({ reference, value, cost }) =>
      operands.flatMap(([input, own]) => {
        if (value.shape.length === 0 || !sameShape(own, value) || isSame(own, value)) return [];
        return [
          {
            cost: 1.25 + cost,
            change: {
              kind: 'operand',
              needsAll: reference.key.startsWith('backward'),
              apply: ({ inputs, run, picked }) => run({ ...inputs, [input]: picked(reference) }),
              say: (site) => say(site, input, reference),
            },
          },
        ];
      }),
    ),
};

function say(site: Site, input: string, reference: Reference): Words {
  const { stage, operation, subject, group, isUse, call } = site;
  const wrong = isUse ? call : argumentText(stage, operation, input);
  if (reference.kind === 'derivative') return sayDerivative(site, input, reference, wrong);
  const n = group.at.length;
  const right = nameOfReference(stage, reference, n);
  const code = codeOf(site, (k) => reference.pick(stage, k, n));
  const isOnce = wrong !== undefined && call.split(wrong).length === 2;
  return {
    id: 'wrong-value',
    sentence: `${isUse ? (site.place ?? subject) : subject} uses ${short(wrong ?? 'another value')} where ${right}${stepBefore(reference, n)} belongs`,
    ...(isOnce && code !== undefined && { write: call.replace(wrong, () => code) }),
  };
}

function sayDerivative(
  { stage, operation, subject }: Site,
  input: string,
  reference: Reference,
  wrong = 'another value',
): Words {
  const span = spanOf(stage, reference);
  const taken = atOther(stage, operation.inputs[input], span);
  const [fn, text] = [functionOf(stage, span), derivativeText(stage, span)];
  return {
    id: taken ? 'derivative-at' : 'derivative-of-another',
    sentence: taken
      ? `${subject} takes the derivative of ${fn} at ${taken.at} where ${taken.belongs} belongs: ${text}`
      : `${subject} has \`${short(wrong)}\` where the derivative of ${fn} belongs: ${text}`,
  };
}
