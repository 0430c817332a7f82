import type { RandomState } from '../../../core/random.js';
import {
  type Along,
  derivativeFrom,
  direction,
  type Finding,
  findings,
  findingsOfSmall,
  tooSmall,
} from './differences.js';
import { gradientOf, judgedAt, type PassAt, sizeOf } from './pass.js';
import type { Ask } from './wire.js';

/** What became of one gradient. */
export interface Held {
  /** Such as dW1. */
  readonly name: string;
  readonly verdict: 'right' | 'wrong' | 'unknown';
  /** In a sentence, where it is wrong in its form. */
  readonly problem?: string;
  /** How many differences were taken, and of how many it is not known what they say. */
  readonly taken: number;
  readonly unknown: number;
}

const batch = 32;

/**
 * Holds every gradient of a pass against differences of the cost: all elements of a small network, eight
 * of each parameter of a larger one, and of parameters of which not every element is taken, directions
 * over all of them.
 *
 * @param thorough whether elements are taken, or directions alone.
 */
export async function hold(
  ask: Ask,
  pass: PassAt,
  isLayer: boolean,
  random: RandomState,
  { seconds, thorough }: { readonly seconds: number; readonly thorough: boolean },
): Promise<Held[]> {
  const judged = judgedAt(pass, isLayer);
  const total = sizeOf(judged);
  const samples = !thorough ? 0 : total <= 1000 ? 1000 : total <= 50_000 ? 8 : 0;
  const until = performance.now() + 1000 * seconds;
  const held: Held[] = [];
  for (const [name, P] of judged) {
    const gradient = gradientOf(pass, name, P);
    if (typeof gradient === 'string') {
      held.push({ name: `d${name}`, verdict: 'wrong', problem: gradient, taken: 0, unknown: 0 });
      continue;
    }
    const { values } = gradient;
    const found: Finding[] = [];
    const look = async (alongs: readonly Along[]) => {
      const own = alongs.map((along) => derivativeFrom(values, along));
      found.push(...(await findings(ask, name, alongs, own, pass.cost)));
    };
    const elements = elementsOf(values.length, samples, random);
    if (elements.length < values.length) {
      await look(Array.from({ length: thorough ? 6 : 2 }, () => direction(values.length, random)));
    }
    let next = 0;
    while (next < elements.length && !found.includes('differs')) {
      await look(elements.slice(next, next + batch));
      next += batch;
      if (performance.now() > until && next < elements.length) {
        await look(Array.from({ length: 6 }, () => direction(values.length, random)));
        break;
      }
    }
    const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    if (most <= tooSmall(pass.cost) && !found.includes('differs')) {
      const alongs = [
        ...Array.from({ length: 4 }, () => direction(values.length, random)),
        ...elementsOf(values.length, 8, random),
      ];
      const own = alongs.map((along) => derivativeFrom(values, along));
      const small = await findingsOfSmall(ask, name, alongs, own, pass.cost);
      if (small.includes('differs')) found.push('differs');
    }
    held.push({ name: `d${name}`, ...verdictOf(found) });
  }
  return held;
}

/** Right where the differences agree; a few of them may lie at a kink, not many, and not all. */
function verdictOf(found: readonly Finding[]): Pick<Held, 'verdict' | 'taken' | 'unknown'> {
  const taken = found.length;
  const unknown = found.filter((one) => one === 'unknown').length;
  const isWrong = found.includes('differs');
  const isKnown = taken > 0 && unknown < taken && unknown <= Math.max(1, taken / 10);
  return { taken, unknown, verdict: isWrong ? 'wrong' : isKnown ? 'right' : 'unknown' };
}

function elementsOf(size: number, samples: number, random: RandomState): number[] {
  if (size <= samples) return Array.from({ length: size }, (_, i) => i);
  const drawn = new Set<number>();
  while (drawn.size < samples) drawn.add(random.randint(0, size, 1)[0]);
  return [...drawn];
}
