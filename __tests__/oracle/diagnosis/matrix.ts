import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { FLOAT64, tensor64 } from '../../../src/float64/index.js';
import { checkGradients } from '../../../src/oracle/checkGradients.js';
import { type Mistake, mistakes } from './mistakes.js';
import {
  type Deviation,
  drawPoint,
  type Lines,
  networks,
  type PlantedNetwork,
  plant,
} from './networks.js';

/** A mistake in a network on one draw of the numbers, and what the check made of it. */
export interface Cell {
  /** Their names. */
  readonly mistake: string;
  readonly network: string;
  readonly seed: number;
  /** Where the mistake cannot be made: its shapes do not fit, or it changes no number. */
  readonly leftOut?: 'does not fit' | 'changes nothing';
  readonly caught?: boolean;
  /** What must be named: mean-missing dW2, db2. */
  readonly expected: string;
  readonly named?: string;
  /**
   * Right: named as expected. Equal: by the name of another mistake in the list that gives the same
   * gradients on every draw, to 1e-12; where that is another cause, the report names both.
   */
  readonly verdict?: 'right' | 'equal' | 'wrong';
  /** What the report says, of the first cause. */
  readonly sentence?: string;
}

export const seeds = [1, 2, 3];

/** The whole matrix, each network in a process of its own. */
export async function runMatrix(draws: readonly number[] = seeds): Promise<readonly Cell[]> {
  const child = fileURLToPath(new URL('./matrixChild.ts', import.meta.url));
  const cells = await Promise.all(
    networks.map(async ({ name }) => {
      const args = ['--import', 'tsx', child, name, ...draws.map(String)];
      const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 });
      return JSON.parse(stdout) as Cell[];
    }),
  );
  return cells.flat();
}

/** Every mistake in one network. Leaves the backend in double precision. */
export async function runNetwork(name: string, draws: readonly number[]): Promise<Cell[]> {
  await tf.setBackend(FLOAT64);
  const network = networks.find((network) => network.name === name)!;
  const cells: Cell[] = [];
  for (const mistake of mistakes) {
    for (const seed of draws) cells.push(await runCell(mistake, network, seed));
  }
  return cells;
}

async function runCell(mistake: Mistake, network: PlantedNetwork, seed: number): Promise<Cell> {
  const made = choose(mistake, network, seed);
  const place = { mistake: mistake.name, network: network.name, seed };
  if (typeof made === 'string') return { ...place, expected: '', leftOut: made };

  const expected = nameOf(mistake, made, network);
  const subject = plant(network, seed, mistake.variant, made);
  const { passed, causes } = await checkGradients(subject, {
    ...{ seed, samples: 1 },
    explainSeconds: 0, // the forms of dense layers alone: what the code itself tells has tests of its own
  });
  const named = joined(causes.map(({ id, where }) => [id, where]));
  const isEqual = () => {
    const bothNamed =
      causes.some(({ alternatives }) => alternatives) ||
      causes.every(({ id }) => id === mistake.cause);
    return bothNamed && namesOfEquals(mistake, made, network, seed).includes(named);
  };
  const verdict = named === expected ? 'right' : isEqual() ? 'equal' : 'wrong';
  const [{ sentence } = { sentence: '' }] = causes;
  return { ...place, caught: !passed, expected, named, verdict, sentence };
}

export interface Figures {
  readonly mistakes: number;
  readonly cells: number;
  readonly notFitting: number;
  readonly withoutEffect: number;
  /** Planted: cells without those. */
  readonly planted: number;
  readonly caught: number;
  readonly right: number;
  readonly equal: number;
  readonly wrong: number;
}

export function figuresOf(cells: readonly Cell[]): Figures {
  const count = (is: (cell: Cell) => boolean) => cells.filter(is).length;
  const verdict = (wanted: Cell['verdict']) => count(({ verdict }) => verdict === wanted);
  return {
    mistakes: new Set(cells.map(({ mistake }) => mistake)).size,
    cells: cells.length,
    notFitting: count(({ leftOut }) => leftOut === 'does not fit'),
    withoutEffect: count(({ leftOut }) => leftOut === 'changes nothing'),
    planted: count(({ leftOut }) => leftOut === undefined),
    caught: count(({ caught }) => caught === true),
    right: verdict('right'),
    equal: verdict('equal'),
    wrong: verdict('wrong'),
  };
}

const joined = (causes: readonly (readonly [id: string, where: readonly string[]])[]) =>
  causes
    .map(([id, where]) => `${id} ${[...where].sort().join(', ')}`)
    .sort()
    .join('; ');

/** What must be named: its causes, each with its lines. */
function nameOf(mistake: Mistake, { layer }: Deviation, { sizes }: PlantedNetwork): string {
  const { cause, causes = {}, lines = {}, where } = mistake;
  const L = sizes.length - 1;
  if (where) return joined([[cause, where(L)]]);
  const found = new Map<string, string[]>();
  for (const line of Object.keys(lines) as (keyof Lines)[]) {
    const id = causes[line] ?? cause;
    found.set(id, [...(found.get(id) ?? []), ...placesOf(line, layer, L)]);
  }
  return joined([...found]);
}

/** dW1, dW2, … for a line that is wrong in every layer, and one of them otherwise. */
function placesOf(line: keyof Lines, layer: number | 'all', L: number): string[] {
  if (line === 'dZL') return [`dZ${L}`];
  const last = line === 'dA' || line === 'dZ' ? L - 1 : L;
  const all = Array.from({ length: last }, (_, i) => i + 1);
  return all.filter((l) => layer === 'all' || layer === l).map((l) => `${line}${l}`);
}

/** The layers in which a mistake can be made, from 1. */
function layersOf({ layers }: Mistake, { sizes }: PlantedNetwork): (number | 'all')[] {
  const L = sizes.length - 1;
  const from = (first: number, last: number) =>
    Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => first + i);
  if (layers === 'all') return ['all'];
  if (layers === 'output') return [L];
  if (layers === 'hidden') return from(1, L - 1);
  if (layers === 'wide') return from(1, L).filter((l) => sizes[l] > 1);
  if (layers === 'single') return from(1, L).filter((l) => sizes[l] === 1);
  return layers === 'above' ? from(2, L) : from(1, L);
}

/** The mistake in the layer whose turn it is, of those in which it makes a difference. */
function choose(
  mistake: Mistake,
  network: PlantedNetwork,
  seed: number,
): Deviation | 'does not fit' | 'changes nothing' {
  const layers = layersOf(mistake, network);
  let reason: 'does not fit' | 'changes nothing' = 'does not fit';
  for (let i = 0; i < layers.length; i++) {
    const outcome = tryIn(mistake, network, seed, layers[(seed + i) % layers.length]);
    if (typeof outcome !== 'string') return outcome;
    if (outcome === 'changes nothing') reason = outcome;
  }
  return reason;
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
      return equal ? [nameOf(other, deviation, network)] : [];
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
