import { type ChangeKind, combined } from '../change.js';
import { functionOf, spanOf } from '../derivatives.js';
import { factorsAmong, isLiteral } from '../edit.js';
import { nameOfReference, scalarName } from '../names.js';
import type { Reference } from '../reference.js';
import type { Words } from '../said.js';
import type { Site } from '../site.js';
import { scalarCode } from '../writing.js';

/** dZ for scale dZ: a number or a derivative is there once too often. */
export const over: ChangeKind = {
  name: 'over',
  proposals: (call) =>
    factorsAmong(call)
      .filter(
        ({ reference, value }) => value.values.length === 1 || reference.kind === 'derivative',
      )
      .map((usable) => {
        const { reference, value, cost } = usable;
        return {
          cost: isLiteral(usable) ? 1.45 : value.values.length === 1 ? 0.97 : 1.4 + cost,
          change: {
            kind: 'over',
            signature: `over ${reference.key}`,
            needsAll: reference.key.startsWith('backward'),
            apply: ({ run, picked }) => combined('RealDiv', run(), picked(reference)),
            say: (site) => say(site, reference),
          },
        };
      }),
};

function say(site: Site, reference: Reference): Words {
  const { stage, subject, group, dialect, call } = site;
  if (reference.kind === 'derivative') {
    const fn = functionOf(stage, spanOf(stage, reference));
    const sentence = `${subject} has the derivative of ${fn} once too often: it is there already`;
    return { id: 'derivative-twice', sentence };
  }
  const n = group.at.length;
  const value = reference.pick(stage, 0, n)!;
  const name = scalarName(nameOfReference(stage, reference, n), value);
  const code = scalarCode(site, value);
  const write = code && dialect.binary('RealDiv', call, code);
  return reference.key.startsWith('backward')
    ? {
        id: 'constant-factor',
        sentence: `${subject} holds the factor ${name} too much: a constant such as the learning rate`,
        write,
      }
    : {
        id: 'factor-twice',
        sentence: `${subject} has the factor ${name} of the forward pass once too often: it is applied twice`,
        write,
      };
}
