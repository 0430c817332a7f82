import { type ChangeKind, combined } from '../change.js';
import { derivativeText, functionOf, spanOf } from '../derivatives.js';
import { factorsAmong, isLiteral } from '../edit.js';
import { nameOfReference, quoted, scalarName } from '../names.js';
import type { Reference } from '../reference.js';
import type { Words } from '../said.js';
import type { Site } from '../site.js';
import { codeOf, scalarCode } from '../writing.js';
import { derivativeCode } from '../writtenDerivative.js';

/** dZ ∘ W for dZ: a value of the forward pass, or a derivative, is missing in a product. */
export const times: ChangeKind = {
  name: 'times',
  proposals: (call) =>
    factorsAmong(call)
      .filter((usable) => !isLiteral(usable))
      .map(({ reference, value, cost }) => ({
        cost: value.values.length === 1 ? 0.95 : 1.2 + cost,
        change: {
          kind: 'times',
          signature: `times ${reference.key}`,
          needsAll: reference.key.startsWith('backward'),
          apply: ({ run, picked }) => combined('Multiply', run(), picked(reference)),
          say: (site) => say(site, reference),
        },
      })),
};

function say(site: Site, reference: Reference): Words {
  if (reference.kind === 'derivative') return sayDerivative(site, reference);
  const { stage, subject, group, dialect, call } = site;
  const n = group.at.length;
  const name = nameOfReference(stage, reference, n);
  const value = reference.pick(stage, 0, n)!;
  const isNumber = value.shape.length === 0;
  const code = isNumber
    ? scalarCode(site, value)
    : codeOf(site, (k) => reference.pick(stage, k, n));
  const write = code && dialect.binary('Multiply', call, code);
  const lacks = isNumber
    ? `the factor ${scalarName(name, value)} of the forward pass`
    : `the factor ${name}: the product with ${name} is missing`;
  return { id: 'factor-missing', sentence: `${subject} lacks ${lacks}`, write };
}

function sayDerivative(site: Site, reference: Reference): Words {
  const { stage, subject, call, dialect } = site;
  const span = spanOf(stage, reference);
  const operation = stage.scene.forward[span.steps.at(-1)!];
  const [fn, text] = [functionOf(stage, span), derivativeText(stage, span)];
  const code = derivativeCode(site, reference);
  const write = code && dialect.binary('Multiply', call, code);
  if (/^(Multiply|RealDiv)$/.test(operation.kernel) && span.steps.length === 1) {
    const sentence = `${subject} lacks the factor of ${quoted(stage, operation)} in the forward pass: ${text} is missing`;
    return { id: 'factor-missing', sentence, write };
  }
  const sentence = `${subject} is not multiplied by the derivative of ${fn}: ${text} is missing`;
  return { id: 'derivative-missing', sentence, write };
}
