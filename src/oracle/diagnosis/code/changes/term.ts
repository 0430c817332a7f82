import { sameShape } from '../arrays.js';
import { type ChangeKind, combined, type Proposal } from '../change.js';
import { factorsAmong } from '../edit.js';
import { nameOfReference, stepBefore } from '../names.js';
import type { Reference } from '../reference.js';
import { codeOf } from '../writing.js';

/** dh + dnext for dh: a term is missing. */
export const term: ChangeKind = {
  name: 'term',
  proposals: (call) =>
    factorsAmong(call)
      .filter(
        ({ reference: { kind, key }, value }) =>
          kind === 'value' && sameShape(value, call.y) && /^(backward|leaf)/.test(key),
      )
      .flatMap(({ reference, cost }) => [
        proposal(1.6 + cost, reference, 'Add'),
        proposal(1.8 + cost, reference, 'Sub'),
      ]),
};

const proposal = (cost: number, reference: Reference, kernel: 'Add' | 'Sub'): Proposal => ({
  cost,
  change: {
    kind: 'term',
    needsAll: reference.key.startsWith('backward'),
    // The first iteration has none before it to add something of.
    apply: ({ run, picked, has }) =>
      kernel === 'Sub' || has(reference) ? combined(kernel, run(), picked(reference)) : run(),
    say(site) {
      const { stage, subject, group, dialect, call } = site;
      const n = group.at.length;
      const name = nameOfReference(stage, reference, n);
      const code = codeOf(site, (k) => reference.pick(stage, k, n));
      const [sign, verb] = kernel === 'Add' ? ['', 'added'] : ['-', 'subtracted'];
      return {
        id: 'term-missing',
        sentence: `${subject} lacks the term ${sign}${name}${stepBefore(reference, n)}: it is not ${verb}`,
        write: code && dialect.binary(kernel, call, code),
      };
    },
  },
});
