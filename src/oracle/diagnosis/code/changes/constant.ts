import { scalar } from '../arrays.js';
import type { ChangeKind, Proposal } from '../change.js';
import { type Factor, unit } from '../factor.js';
import { argumentText } from '../names.js';
import type { Site } from '../site.js';
import { number } from '../text.js';
import { factorCode } from '../writing.js';
import { costOf } from './scale.js';

/** tf.mul(2, x) for tf.mul(3, x): another number in the place of a constant. */
export const constant: ChangeKind = {
  name: 'constant',
  proposals({ stage, factors, operands }) {
    return operands.flatMap(([input, value]) => {
      const isConstant =
        value.shape.length === 0 && !stage.makerOf(value) && !stage.scene.leaves.has(value);
      if (!isConstant || operands.length < 2) return [];
      const others = factors.filter(
        (factor) => mayStand(factor) && factor.value(stage) !== value.values[0],
      );
      return [...others, unit].map((factor) => proposal(input, factor));
    });
  },
};

/** A product of sides that nobody has named is any number. */
const mayStand = ({ kind, of }: Factor) =>
  kind !== 'fitted' && (of.length < 2 || !of.some((name) => name.includes('.shape[')));

const proposal = (input: string, factor: Factor): Proposal => ({
  cost: factor === unit ? 1.1 : costOf(factor) + 0.05,
  change: {
    kind: 'constant',
    apply({ stage, inputs, run }) {
      const value = factor.value(stage);
      if (value === undefined) throw new RangeError('a dimension is missing');
      return run({ ...inputs, [input]: scalar(value) });
    },
    say: (site) => say(site, input, factor),
  },
});

function say(site: Site, input: string, factor: Factor) {
  const { stage, operation, subject, call } = site;
  const own = operation.inputs[input].values[0];
  const value = factor.value(stage)!;
  const written = argumentText(stage, operation, input);
  const is = written && written !== String(own) ? `${written} = ${number(own)}` : number(own);
  const right = factor.of.length === 0 ? factor.name : `${factor.name} = ${number(value)}`;
  const sign = Math.abs(own + value) < 1e-12 * Math.abs(value) ? ': the sign is wrong' : '';
  const code = factorCode(site, factor);
  const isOnce = written !== undefined && call.split(written).length === 2;
  return {
    id: 'wrong-constant',
    sentence: `${subject} has ${is} where ${right} belongs${sign}`,
    ...(isOnce &&
      code !== undefined && {
        write: call.replace(written, () =>
          factor.below && factor.of.length > 0 ? `1 / (${code})` : code,
        ),
      }),
  };
}
