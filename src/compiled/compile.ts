import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../core/errors.js';
import type { NoiseShapes } from '../core/noise.js';
import { assertOptions } from '../core/options.js';
import { isPure } from '../core/pure.js';
import { RandomState } from '../core/random.js';
import type { Params } from '../core/tensors.js';
import {
  type Agreement,
  differenceOnBatches,
  differenceOnWhole,
  type PlainStep,
  plainly,
  plainStep,
  toTheBit,
  withinRounding,
} from './proof.js';
import {
  type Compiled,
  chain,
  checkBatch,
  countIn,
  Refusal,
  type Samples,
  type Step,
  shapesOf,
} from './step.js';

export interface CompileOptions {
  /** Verify `runBatches` for batches of this size and the shorter last one. Default: verify `run`. */
  readonly batchSize?: number;
  /** The step without a recording, if it is different code. */
  readonly plain?: PlainStep;
  /** Where the samples lie in X and Y: 1 for columns, 0 for the first axis. Default: columns. */
  readonly axes?: { readonly X: 0 | 1; readonly Y: 0 | 1 };
  /** The uniform draws of a step, { U3: shape for one sample }. Default: none. */
  readonly noise?: NoiseShapes;
  /** How many steps are to come: XLA takes a while to compile them. Default: few. */
  readonly steps?: number;
}

/** Why a step is not compiled, in one sentence. */
export interface Refused {
  readonly refused: string;
}

interface Engine {
  readonly agree: Agreement;
  /** How many operations that do not need each other it runs at once, where the machine has as many cores. */
  readonly atOnce: number;
  /** Loaded on demand, because one of them needs Node, and once, because a loader may be slow. */
  load(): Promise<new (step: Step, values: Params, samples: Samples) => Compiled>;
}

/** Keyed by TensorFlow.js backend name. */
const engines: Readonly<Record<string, Engine>> = {
  wasm: {
    agree: toTheBit,
    atOnce: 1,
    load: once(async () => (await import('./wasm/engine.js')).WasmEngine),
  },
  tensorflow: {
    agree: withinRounding,
    atOnce: 2,
    load: once(async () => (await import('./native/engine.js')).NativeEngine),
  },
};

const engineHere = (): Engine | undefined => {
  const name = tf.getBackend();
  return Object.hasOwn(engines, name) ? engines[name] : undefined;
};

/** In how many parts a recorded step on this backend is worth cutting, if it is long enough. */
export const partsAtOnce = (): number => engineHere()?.atOnce ?? 1;

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
}

/**
 * Records a step on the current backend and verifies the recording against the plain step: bit for
 * bit on WASM, within float32 rounding on native TensorFlow. If either fails, returns the reason,
 * and the caller runs the step plain.
 *
 * Other batch sizes are verified on first use, and run plain if they cannot be recorded.
 *
 * The caller owns X and Y, which must outlive the result. Errors thrown by the
 * step propagate, and nothing leaks.
 *
 * @throws ShapeError if the step returns values of other names or shapes than it was given.
 */
export async function compile(
  step: Step,
  values: Params,
  X: Tensor,
  Y: Tensor,
  options: CompileOptions = {},
): Promise<Compiled | Refused> {
  assertOptions('compile', options, {
    ...{ batchSize: true, plain: true, axes: true, noise: true, steps: true },
  });
  const { batchSize, plain, axes = { X: 1, Y: 1 }, noise = {}, steps = 0 } = options;
  const samples = { X, Y, axes, noise, steps };
  if (!isPure(step)) {
    return {
      refused:
        'The step does not promise to be pure. Mark it with pure() if it reads its arguments alone.',
    };
  }
  const engine = engineHere();
  if (!engine) {
    return { refused: `There is nothing to compile for on the backend ${tf.getBackend()}.` };
  }
  const other = Object.entries({ ...values, X, Y }).find(
    ([name, { dtype }]) =>
      dtype !== 'float32' && !(dtype === 'int32' && (name === 'X' || name === 'Y')),
  );
  if (other) return { refused: `${other[0]} is ${other[1].dtype}, and only float32 is recorded.` };

  const expected = shapesOf(values);
  const checked: Step = (values, ...samples) => {
    const next = step(values, ...samples);
    if (shapesOf(next) === expected) return next;
    throw new ShapeError(`The step is given ${expected}, but gives back ${shapesOf(next)}.`);
  };
  const raw = new (await engine.load())(checked, values, samples);
  const proof = plain ?? plainStep(checked, samples);
  const m = countIn(samples);
  const compiled = new ProvedStep(raw, engine.agree, proof, expected, samples);
  try {
    const sizes: readonly Extent[] =
      batchSize === undefined ? ['whole'] : [Math.min(batchSize, m), m % batchSize];
    const reasons = sizes.map((size) => size !== 0 && compiled.reasonAgainst(size, values));
    const refused = reasons.find((reason) => typeof reason === 'string');
    if (refused === undefined) return compiled;
    // XLA adds up in an order of its own: what it rounds too far, the graph may not.
    const again = compiled.engine === 'xla';
    compiled.dispose();
    return again ? compile(step, values, X, Y, { ...options, steps: 0 }) : { refused };
  } catch (error) {
    compiled.dispose();
    throw error;
  }
}

/** All of X and Y, or the size of a batch. */
type Extent = 'whole' | number;

/** Replays what was verified, and runs the rest plain. */
class ProvedStep implements Compiled {
  private readonly reasons = new Map<Extent, string | undefined>();

  constructor(
    private readonly raw: Compiled,
    private readonly agree: Agreement,
    private readonly plain: PlainStep,
    private readonly expected: string,
    private readonly samples: { X: Tensor; Y: Tensor } & Omit<Samples, 'X' | 'Y'>,
  ) {}

  get engine() {
    return this.raw.engine;
  }

  run(values: Params, iterations: number, random = new RandomState(1)): Params {
    this.checkValues(values);
    if (this.reasonAgainst('whole', values) === undefined) {
      return this.raw.run(values, iterations, random);
    }
    return plainly(values, new Array(iterations).fill(undefined), this.plain, random);
  }

  runBatches(values: Params, batches: readonly Int32Array[], random = new RandomState(1)): Params {
    this.checkValues(values);
    const m = countIn(this.samples);
    for (const batch of batches) checkBatch(batch, m);
    return chain(values, this.alike(batches, values), (P, { plain, batches }) =>
      plain ? plainly(P, batches, this.plain, random) : this.raw.runBatches(P, batches, random),
    );
  }

  use(X: Tensor, Y: Tensor): void {
    Object.assign(this.samples, { X, Y });
    this.raw.use(X, Y);
  }

  dispose(): void {
    this.raw.dispose();
  }

  /** Why this extent cannot be replayed, or undefined. Tried on first use. */
  reasonAgainst(extent: Extent, values: Params): string | undefined {
    if (!this.reasons.has(extent)) this.reasons.set(extent, this.prove(extent, values));
    return this.reasons.get(extent);
  }

  private prove(extent: Extent, values: Params): string | undefined {
    const { raw, plain, agree } = this;
    const m = countIn(this.samples);
    try {
      const name =
        extent === 'whole'
          ? differenceOnWhole(raw, plain, values, agree)
          : differenceOnBatches(raw, plain, values, { m, size: extent }, agree);
      return name && `The replayed step gives another ${name} than the plain one.`;
    } catch (error) {
      if (error instanceof Refusal) return error.message;
      throw error;
    }
  }

  /** The batches in order, grouped into runs that are all plain or all replayed. */
  private alike(batches: readonly Int32Array[], values: Params) {
    const runs: { plain: boolean; batches: Int32Array[] }[] = [];
    for (const batch of batches) {
      const plain = this.reasonAgainst(batch.length, values) !== undefined;
      if (runs.at(-1)?.plain === plain) runs.at(-1)!.batches.push(batch);
      else runs.push({ plain, batches: [batch] });
    }
    return runs;
  }

  /** @throws ShapeError if names or shapes differ from the recorded ones. */
  private checkValues(values: Params): void {
    if (shapesOf(values) === this.expected) return;
    throw new ShapeError(
      `The step was compiled for ${this.expected}, but is given ${shapesOf(values)}. Compile it anew.`,
    );
  }
}
