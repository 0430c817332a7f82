import { scaled } from '../arrays.js';
import type { ChangeKind } from '../change.js';
import { type Factor, fitted } from '../factor.js';
import type { Words } from '../said.js';
import type { Site } from '../site.js';
import { alsoDimensions, meaningOf } from '../sizes.js';
import type { Stage } from '../stage.js';
import { brackets, fraction, number } from '../text.js';
import { factorCode } from '../writing.js';

/** dZ / N for dZ: a number is missing, or is there once too often. */
export const scale: ChangeKind = {
  name: 'scale',
  proposals: ({ factors, operation }) =>
    factors.map((factor) => ({
      // A factor is likelier missing in what is computed than in what is only taken.
      cost: costOf(factor) + (String(operation.attrs.place).startsWith('uses ') ? 0.05 : 0),
      change: {
        kind: 'scale',
        ...(factor.kind !== 'fitted' && { signature: `scale ${factor.name}` }),
        apply({ stage, run }) {
          const value = factor.value(stage);
          if (value === undefined) throw new RangeError('a dimension is missing');
          return scaled(run(), value);
        },
        say: (site) => ({
          ...sayFactor(site.stage, site.subject, factor),
          write: write(site, factor),
        }),
      },
    })),
};

/** Where no dimension is named, the side of a parameter may be any number. */
const isOfParameter = (dimension: string) => /^(?![XY]\.).*\.shape\[/.test(dimension);

export const costOf = ({ kind, of }: Factor) =>
  ({
    sign: 0.7,
    number: 1,
    dimension: 0.6 + 0.2 * of.length + (of.some(isOfParameter) ? 0.25 : 0),
    root: 1.05,
    'less-one': 1,
    fitted: 1.5,
  })[kind];

function write(site: Site, factor: Factor): string | undefined {
  const { dialect, call, stage } = site;
  if (factor.kind === 'sign') return dialect.unary('Neg', call);
  const code = factorCode(site, factor);
  if (code === undefined || factor.value(stage) === undefined) return undefined;
  return dialect.binary(factor.below ? 'RealDiv' : 'Multiply', call, code);
}

/** What is said of a value that has to be multiplied by a factor. */
export function sayFactor(stage: Stage, subject: string, factor: Factor): Words {
  const value = factor.value(stage)!;
  const { base, below } = factor;
  switch (factor.kind) {
    case 'sign':
      return {
        id: 'sign',
        sentence: `${subject} has the wrong sign: it is -1 times the right one`,
      };
    case 'dimension':
      return sayMean(stage, subject, factor, value);
    case 'root':
      return below
        ? {
            id: 'scale-missing',
            sentence: `${subject} lacks the scale ${factor.name} = ${number(value)}`,
          }
        : { id: 'scale-twice', sentence: `${subject} has the scale 1/${base} once too often` };
    case 'less-one': {
      const [d] = factor.of;
      const n = stage.scene.dimensions[d];
      const [full, less] = [`${d} = ${n}`, `${d} - 1 = ${n - 1}`];
      const [has, right] = below ? [less, full] : [full, less];
      return {
        id: 'wrong-divisor',
        sentence: `${subject} is divided by ${has} where ${right} belongs`,
      };
    }
    default:
      return sayNumber(stage, subject, factor, value);
  }
}

function sayMean(
  stage: Stage,
  subject: string,
  { base, below, ...factor }: Factor,
  value: number,
): Words {
  const is = `${base} = ${number(below ? 1 / value : value)} times too`;
  const mean = `1/${brackets(base)}`;
  const what = meaningOf(stage, { base, below, ...factor });
  return below
    ? {
        id: 'mean-missing',
        sentence: `${subject} is ${is} large: the ${mean} of the mean over ${what} is missing`,
      }
    : {
        id: 'mean-twice',
        sentence: `${subject} is ${is} small: ${mean} is there once too often; it is the mean over ${what} where the sum belongs`,
      };
}

function sayNumber(stage: Stage, subject: string, { kind }: Factor, value: number): Words {
  const times = 1 / value;
  const is = `${subject} is ${fraction(times) ?? number(times)} times the right one`;
  const why =
    kind === 'fitted'
      ? ' in every element: a constant such as the learning rate is in it'
      : Math.abs(value) < 1
        ? `: a factor of ${number(times)} is too much${alsoDimensions(stage, value)}`
        : `: a factor of ${number(value)} is missing${alsoDimensions(stage, value)}`;
  return { id: 'constant-factor', sentence: `${is}${why}` };
}

/** The numbers that a wrong gradient has to be multiplied by, where it is one number. */
export function fittedFactors({ scene }: Stage, wrong: ReadonlySet<string>): Factor[] {
  const found = new Set<number>();
  for (const name of wrong) {
    const [hand, right] = [scene.returned[name].values, scene.oracle[name].values];
    if (hand.length !== right.length) continue;
    let [up, down] = [0, 0];
    for (let i = 0; i < hand.length; i++) {
      up += right[i] * hand[i];
      down += hand[i] ** 2;
    }
    const ratio = up / down;
    if (!Number.isFinite(ratio) || Math.abs(ratio) < 1e-9) continue;
    const holds = (v: number, i: number) =>
      Math.abs(v - ratio * hand[i]) <= 1e-8 * Math.abs(v) + 1e-300;
    if (right.every(holds)) found.add(Number(ratio.toPrecision(12)));
  }
  return [...found].map(fitted);
}
