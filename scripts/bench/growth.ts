// How the time per iteration scales with its work: by m, n_x, depth and batch size.

import {
  compiled,
  compiledInSampleSpace,
  jax,
  named,
  namesOf,
  onEach,
  pytorch,
} from './entrants.js';
import { exponents } from './growthFigures.js';
import { lineUp, timeSteps } from './lineUp.js';
import { fastest, type Ratio } from './ratios.js';
import { draw, type Shape, work } from './task.js';
import type { Measured, Point, Workload } from './workload.js';

interface Axis {
  readonly name: string;
  readonly xs: readonly number[];
  /** Without the learning rate, which is set low enough that no n_x diverges. */
  shape(x: number): Omit<Shape, 'learningRate'>;
}

const relus = (L: number, last = 'sigmoid') => [...new Array<string>(L - 1).fill('relu'), last];

/** He initialization. Without it the signal vanishes after 32 layers of relu. */
const gain = Math.SQRT2;
/** Shorter turns than in other workloads, because there are many points. */
const turnMs = 100;

const axes: readonly Axis[] = [
  {
    name: 'm',
    xs: [100, 1000, 10_000, 100_000],
    shape: (m) => ({ sizes: [64, 32, 1], activations: relus(2), m }),
  },
  {
    name: 'n_x',
    xs: [10, 100, 1000, 10_000, 100_000],
    shape: (nX) => ({ sizes: [nX, 20, 1], activations: relus(2), m: 100 }),
  },
  {
    name: 'depth',
    xs: [2, 8, 32],
    shape: (L) => ({ sizes: [...new Array(L).fill(32), 1], activations: relus(L), m: 256 }),
  },
  {
    name: 'width',
    xs: [16, 64, 256, 1024],
    shape: (n) => ({ sizes: [n, n, n, 1], activations: relus(3), m: 64 }),
  },
  {
    name: 'batch',
    xs: [1, 32, 256, 1024],
    shape: (batchSize) => ({
      sizes: [784, 128, 64, 10],
      activations: relus(3, 'softmax'),
      m: 1024,
      batchSize,
    }),
  },
];

const inSampleSpace = named(compiledInSampleSpace);
const entrants = [...onEach('ours plain', compiled, compiledInSampleSpace), ...pytorch, ...jax];

/** Sample space takes part only where m is much smaller than n_x. */
const takesPart = (name: string, { sizes, m, batchSize }: Shape) =>
  !inSampleSpace.includes(name) || (batchSize === undefined && 2 * m <= sizes[0]);

/** The lines of the plots; each is the fastest of its contestants. */
export const lines: Readonly<Record<string, readonly string[]>> = {
  'ours plain': named('ours plain'),
  'ours compiled': named(compiled),
  'ours compiled in sample space': inSampleSpace,
  PyTorch: namesOf(pytorch),
  JAX: namesOf(jax),
};

/** The points of a line on an axis: position, time in ms, and work. */
export const pointsOf = (measured: readonly Measured[], axis: string, line: string) =>
  measured
    .filter(({ point }) => point?.axis === axis)
    .map(({ point, timings }) => ({
      ...(point as Point),
      ms: fastest(timings, lines[line]),
    }))
    .filter(({ ms }) => Number.isFinite(ms));

/** Ours, by whichever way is fastest, over JAX, at the point where that is worst. */
function worst(measured: readonly Measured[]): Ratio[] {
  return axes.flatMap(({ name }) => {
    const points = measured.filter(({ point }) => point?.axis === name);
    const values = points
      .map(({ timings }) => {
        const ours = fastest(timings, [...named(compiled), ...inSampleSpace]);
        return ours / fastest(timings, namesOf(jax));
      })
      .filter(Number.isFinite);
    if (values.length === 0) return [];
    const what = `growth with ${name}: ours compiled / JAX, at its worst`;
    return [{ name: what, value: Math.max(...values), target: 1 }];
  });
}

/** The largest scaling exponent of both of our lines. */
function steepest(measured: readonly Measured[]): Ratio[] {
  return axes.flatMap(({ name }) =>
    ['ours plain', 'ours compiled'].flatMap((line) => {
      const pieces = exponents(pointsOf(measured, name, line));
      if (pieces.length === 0) return [];
      const what = `growth with ${name}: ${line}, largest scaling exponent`;
      return [{ name: what, value: Math.max(...pieces), target: 1 }];
    }),
  );
}

export const growth: Workload = {
  measure: (stage) =>
    lineUp(entrants, stage, async (processes) => {
      const measured: Measured[] = [];
      for (const { name: axis, xs, shape } of axes) {
        for (const x of xs) {
          const part = shape(x);
          const task = draw({ ...part, learningRate: 0.1 / part.sizes[0] }, { gain });
          const name = `growth ${axis} ${x}`;
          const there = processes.filter((process) => takesPart(process.name, task));
          const timings = await timeSteps(name, task, there, stage, turnMs);
          const { sizes, m, batchSize } = task;
          const deep = sizes.length > 5 ? `${sizes.length - 1} layers of 32` : sizes.join('-');
          const title = `${axis} = ${x}: ${deep}, ${batchSize ? `batches of ${batchSize}` : `${m} samples`}`;
          measured.push({ name, title, timings, point: { axis, x, work: work(task) } });
        }
      }
      return measured;
    }),
  ratios: (measured) => [...worst(measured), ...steepest(measured)],
};

export const axisNames = axes.map(({ name }) => name);
