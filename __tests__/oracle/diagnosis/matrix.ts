import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { FLOAT64, tensor64 } from '../../../src/float64/index.js';
import { checkGradients } from '../../../src/oracle/checkGradients.js';
import { type Mistake, mistakes } from './mistakes.js';
import { type Deviation, drawPoint, networks, type PlantedNetwork, plant } from './networks.js';

/** A mistake in a network on one draw of the numbers, and what the check made of it. */
export interface Cell {
  readonly mistake: Mistake;
  readonly network: PlantedNetwork;
  readonly seed: number;
  /** Where the mistake cannot be made: its shapes do not fit, or it changes no number. */
  readonly leftOut?: 'does not fit' | 'changes nothing';
  readonly caught?: boolean;
  /** What must be named: mean-missing dW2, db2. */
  readonly expected: string;
  readonly named?: string;
  /**
   * Right as expected, or by the name of another mistake in the list that gives the same gradients,
   * to the last digits, on every draw.
   */
  readonly verdict?: 'right' | 'equal' | 'wrong';
}

export const seeds = [1, 2, 3];

/** The whole matrix. Leaves the backend in double precision. */
export async function runMatrix(chosen: readonly Mistake[] = mistakes): Promise<readonly Cell[]> {
  await tf.setBackend(FLOAT64);
  const cells: Cell[] = [];
  for (const mistake of chosen) {
    for (const network of networks) {
      for (const seed of seeds) cells.push(await runCell(mistake, network, seed));
    }
  }
  return cells;
}

async function runCell(mistake: Mistake, network: PlantedNetwork, seed: number): Promise<Cell> {
  const made = choose(mistake, network, seed);
  if (typeof made === 'string') return { mistake, network, seed, expected: '', leftOut: made };

  const expected = nameOf(mistake.cause, whereOf(mistake, made, network));
  const subject = plant(network, seed, mistake.variant, made);
  const { passed, causes } = await checkGradients(subject, { seed, samples: 2 });
  const named = causes.map(({ id, where }) => nameOf(id, where)).join('; ');
  const equal = () => namesOfEquals(mistake, made, network, seed).includes(named);
  const verdict = named === expected ? 'right' : equal() ? 'equal' : 'wrong';
  return { mistake, network, seed, caught: !passed, expected, named, verdict };
}

const nameOf = (id: string, where: readonly string[]) => `${id} ${[...where].sort().join(', ')}`;

/** The layers in which a mistake can be made, from 1. */
function layersOf({ layers }: Mistake, { sizes }: PlantedNetwork): (number | 'all')[] {
  const L = sizes.length - 1;
  const from = (first: number, last: number) =>
    Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => first + i);
  if (layers === 'all') return ['all'];
  if (layers === 'output') return [L];
  return layers === 'hidden' ? from(1, L - 1) : layers === 'above' ? from(2, L) : from(1, L);
}

/** The mistake in the layer whose turn it is, of those in which it makes a difference. */
function choose(
  mistake: Mistake,
  network: PlantedNetwork,
  seed: number,
): Deviation | 'does not fit' | 'changes nothing' {
  const layers = layersOf(mistake, network);
  const outcomes = layers.map((layer) => tryIn(mistake, network, seed, layer));
  const made = outcomes.filter((outcome) => typeof outcome !== 'string');
  if (made.length > 0) return made[seed % made.length];
  return outcomes.includes('changes nothing') ? 'changes nothing' : 'does not fit';
}

function tryIn(
  { lines, returns, variant }: Mistake,
  network: PlantedNetwork,
  seed: number,
  layer: number | 'all',
) {
  const deviation: Deviation = { lines, returns, layer };
  const wrong = gradientsOf(network, seed, variant, deviation);
  if (!wrong) return 'does not fit';
  const right = gradientsOf(network, seed, variant);
  return same(wrong, right!, 1e-7) ? 'changes nothing' : deviation;
}

function whereOf({ where, lines }: Mistake, { layer }: Deviation, { sizes }: PlantedNetwork) {
  const L = sizes.length - 1;
  if (where) return where(L);
  const all = Array.from({ length: L }, (_, i) => i + 1);
  return Object.keys(lines!).flatMap((line) => {
    if (line === 'dZL') return [`dZ${L}`];
    const own = layer === 'all' ? all : [layer];
    const backward = line === 'dA' || line === 'dZ';
    return own.filter((l) => !backward || l < L).map((l) => `${line}${l}`);
  });
}

/** Every name under which the list has a mistake that gives these very gradients, on all draws. */
function namesOfEquals(
  mistake: Mistake,
  made: Deviation,
  network: PlantedNetwork,
  seed: number,
): string[] {
  const draws = [seed, seed + 10, seed + 20];
  const { variant } = mistake;
  const own = draws.map((draw) => gradientsOf(network, draw, variant, made)!);
  return mistakes.flatMap((other) =>
    layersOf(other, network).flatMap((layer) => {
      const { lines, returns } = other;
      const deviation = { lines, returns, layer };
      const equal = draws.every((draw, i) => {
        const grads = gradientsOf(network, draw, variant, deviation);
        return grads && same(grads, own[i], 1e-12);
      });
      return equal ? [nameOf(other.cause, whereOf(other, deviation, network))] : [];
    }),
  );
}

type Numbers = Record<string, { shape: readonly number[]; values: Float64Array }>;

/** What the planted backward pass returns; undefined where its shapes do not fit together. */
function gradientsOf(
  network: PlantedNetwork,
  seed: number,
  variant: Mistake['variant'],
  deviation?: Deviation,
): Numbers | undefined {
  const subject = plant(network, seed, variant, deviation);
  const { params, X, Y } = drawPoint(network, seed);
  const numbers: Numbers = {};
  try {
    tf.tidy(() => {
      const tensors: Record<string, Tensor> = Object.fromEntries(
        Object.entries(params).map(([name, rows]) => [name, tensor64(rows)]),
      );
      const [x, y] = [tensor64(X), tensor64(Y)];
      const { cache } = subject.forward(tf, tensors, x, y);
      const grads = subject.backward(tf, tensors, x, y, cache);
      for (const [name, grad] of Object.entries(grads)) {
        numbers[name] = { shape: grad.shape, values: Float64Array.from(grad.dataSync()) };
      }
    });
  } catch {
    return undefined;
  }
  return numbers;
}

function same(a: Numbers, b: Numbers, tolerance: number): boolean {
  return Object.keys(a).every((name) => {
    const { shape, values } = a[name];
    const others = b[name].values;
    const largest = Math.max(...values.map(Math.abs), ...others.map(Math.abs), 1e-3);
    return (
      String(shape) === String(b[name].shape) &&
      values.every((value, i) => Math.abs(value - others[i]) <= tolerance * largest)
    );
  });
}
