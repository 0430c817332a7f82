import { one } from '../arrays.js';
import type { ChangeKind } from '../change.js';
import { argumentText } from '../names.js';
import type { Words } from '../said.js';
import type { Site } from '../site.js';
import { short } from '../text.js';

interface Flags {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly swap: boolean;
}

/** A Bᵀ or B A for A B: an operand of a matrix product is transposed, or both are swapped. */
export const flags: ChangeKind = {
  name: 'flags',
  proposals({ operation: { kernel, attrs } }) {
    if (kernel !== 'BatchMatMul') return [];
    const [a, b] = [Boolean(attrs.transposeA), Boolean(attrs.transposeB)];
    return every.flatMap((flags) => {
      const flips = Number(flags.transposeA !== a) + Number(flags.transposeB !== b);
      if (flips === 0 && !flags.swap) return [];
      const cost = 1 + 0.2 * (flips - 1) + (flags.swap ? 0.4 : 0);
      return [{ cost, change: changeOf(flags) }];
    });
  },
};

const both = [false, true];
const every: readonly Flags[] = both.flatMap((transposeA) =>
  both.flatMap((transposeB) => both.map((swap) => ({ transposeA, transposeB, swap }))),
);

const changeOf = (flags: Flags) => ({
  kind: 'flags',
  signature: 'flags',
  apply: ({ inputs }: { readonly inputs: Parameters<typeof one>[1] }) => {
    const { transposeA, transposeB, swap } = flags;
    const [a, b] = swap ? [inputs.b, inputs.a] : [inputs.a, inputs.b];
    return one('BatchMatMul', { a, b }, { transposeA, transposeB });
  },
  say: (site: Site) => say(site, flags),
});

function say(site: Site, { transposeA, transposeB, swap }: Flags): Words {
  const { stage, operation, subject, dialect } = site;
  const { attrs } = operation;
  const [first, second] = ['a', 'b'].map((input) => argumentText(stage, operation, input));
  const [a, b] = [short(first ?? 'the first'), short(second ?? 'the second')];
  const [x, y] = swap ? [second, first] : [first, second];
  const write = x && y ? dialect.matMul(x, y, transposeA, transposeB) : undefined;
  if (swap) {
    const product = `${b}${transposeA ? 'ᵀ' : ''} ${a}${transposeB ? 'ᵀ' : ''}`;
    const sentence = `${subject} multiplies in the wrong order: ${product} belongs there`;
    return { id: 'order-swapped', sentence, write };
  }
  const parts = [
    ...(Boolean(attrs.transposeA) === transposeA ? [] : [flipped(a, transposeA)]),
    ...(Boolean(attrs.transposeB) === transposeB ? [] : [flipped(b, transposeB)]),
  ];
  return { id: 'transposed', sentence: `${subject} uses ${parts.join(', and ')}`, write };
}

const flipped = (name: string, to: boolean) =>
  to
    ? `${name} where its transpose ${name}ᵀ belongs: ${name} is not transposed`
    : `${name}ᵀ where ${name} itself belongs: ${name} is transposed`;
