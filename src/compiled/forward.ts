import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../core/errors.js';
import { assertInputs, readsIds, sampleAxisOf } from '../core/inputs.js';
import { forward, type Network } from '../core/network.js';
import { assertCount, assertOptions, inWords } from '../core/options.js';
import { assertOutputs } from '../core/outputs.js';
import { checkParameters } from '../core/parameters.js';
import { impureLayer } from '../core/purity.js';
import { RandomState } from '../core/random.js';
import { type Params, tensor } from '../core/tensors.js';
import { type ForwardEngine, type Outputs, type Pass, samplesFrom, sumOf } from './pass.js';
import { type Agreement, toTheBit, withinRounding } from './proof.js';
import { mapValues, Refusal } from './step.js';

export interface CompileForwardOptions {
  /** Samples in each call. Default: 1. */
  readonly samples?: number;
}

/** A forward pass that was recorded and verified. It holds memory until `dispose`. */
export interface CompiledForward {
  /** What it runs on; `plain` runs one operation after another. */
  readonly engine: 'wasm' | 'native' | 'plain';
  /** Why it runs plain, in one sentence. */
  readonly refused?: string;
  /** The shape of X: (n_x, m) with samples in columns, or (m, …). */
  readonly input: readonly number[];
  /** The shape of AL. */
  readonly output: readonly number[];
  /**
   * AL of X, both in float32, row by row as in a tensor's data. The result is new.
   *
   * @throws ShapeError if X has another number of values; ValueError for one that is not finite, or
   *   no id of an embedding's; NumericError if AL is not finite.
   */
  predictProb(X: ArrayLike<number>): Float32Array;
  /** Frees the recording. Calling it again does nothing. */
  dispose(): void;
}

interface Engine {
  readonly agree: Agreement;
  /** Loaded on demand, because one of them needs Node. */
  load(): Promise<new (pass: Pass, X: Tensor, shape: readonly number[]) => ForwardEngine>;
}

/** Keyed by TensorFlow.js backend name. */
const engines: Readonly<Record<string, Engine>> = {
  wasm: {
    agree: toTheBit,
    load: async () => (await import('./wasm/forward.js')).WasmForward,
  },
  tensorflow: {
    agree: withinRounding,
    load: async () => (await import('./native/forward.js')).NativeForward,
  },
};

/**
 * Records the forward pass for a number of samples on the current backend, and verifies it on drawn
 * samples: bit for bit on WASM, within float32 rounding on native TensorFlow. For predictions of one
 * sample or a few at a time, in an animation or a server; WASM has the least to do in each call.
 *
 * Holds the parameters as they are now: training the network further does not change it. What
 * cannot be recorded runs plain, and `refused` says why.
 *
 * ```ts
 * const compiled = await compileForward(model.network, model.parameters);
 * const [probability] = compiled.predictProb(x); // n_x numbers
 * ```
 *
 * @throws ShapeError if the parameters do not fit; ValueError if `samples` is not a count.
 */
export async function compileForward(
  network: Network,
  params: Params,
  options: CompileForwardOptions = {},
): Promise<CompiledForward> {
  assertOptions('compileForward', options, { samples: true });
  const { samples = 1 } = options;
  assertCount('compileForward: samples', samples);
  checkParameters(network, params);
  const name = tf.getBackend();
  const engine = Object.hasOwn(engines, name) ? engines[name] : undefined;
  const Recorded = await engine?.load();
  const held = mapValues(params, (P) => tf.keep(tf.clone(P)));
  const X = tf.keep(tf.zeros(shapeOf(network, samples), readsIds(network) ? 'int32' : 'float32'));
  const pass: Pass = (X) => forward(network, held, X).AL;
  try {
    const output = tf.tidy(() => pass(X).shape);
    const impure = impureLayer(network);
    const record = Recorded && (() => new Recorded(pass, X, output));
    const run =
      impure !== undefined
        ? notPure(impure)
        : engine && record
          ? proved(record, { network, pass, X, agree: engine.agree })
          : `There is nothing to compile for on the backend ${name}.`;
    return new Checked({ network, held, X, output, pass }, run);
  } catch (error) {
    tf.dispose([held, X]);
    throw error;
  }
}

const notPure = (part: string) =>
  `${part} does not promise to be pure, so each pass runs as it is written. Mark its functions with pure() if they read their arguments alone.`;

interface Claim {
  readonly network: Network;
  readonly pass: Pass;
  readonly X: Tensor;
  readonly agree: Agreement;
}

/** The recording, or why it is none. */
function proved(record: () => ForwardEngine, claim: Claim): ForwardEngine | string {
  let engine: ForwardEngine | undefined;
  try {
    engine = record();
    if (agrees(engine, claim)) return engine;
    engine.dispose();
    return 'The replayed pass gives other outputs than the plain one.';
  } catch (error) {
    engine?.dispose();
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

/** Whether a recording gives what the plain pass gives, for samples drawn twice. */
function agrees(engine: ForwardEngine, { network, pass, X, agree }: Claim): boolean {
  const plain = (x: Float32Array) => tf.tidy(() => pass(samplesFrom(x, X)).dataSync());
  const nearby = (x: Float32Array) =>
    [1, 2, 3].map((seed) => {
      const draws = new RandomState(seed).rand(x.length);
      return plain(x.map((value, i) => value * (1 + (draws[i] - 0.5) * 2 ** -21)));
    });
  return [1, 2].every((seed) => {
    const x = drawn(network, X.size, new RandomState(seed));
    const outputs = plain(x);
    return agree(engine.run(x).AL, outputs, outputs, () => (readsIds(network) ? [] : nearby(x)));
  });
}

const drawn = ({ layers }: Network, count: number, random: RandomState): Float32Array => {
  const { reads } = layers[0];
  return Float32Array.from(reads ? random.randint(0, reads.ids, count) : random.randn(count));
};

/** X (n_x, m), or (m, …). */
const shapeOf = (network: Network, m: number): number[] =>
  sampleAxisOf(network) === 1 ? [network.input[0], m] : [m, ...network.input];

interface Recorded extends Omit<Claim, 'agree'> {
  readonly held: Params;
  readonly output: readonly number[];
}

/** Looks at what goes in and comes out. */
class Checked implements CompiledForward {
  readonly engine: CompiledForward['engine'];
  readonly refused?: string;
  readonly input: readonly number[];
  readonly output: readonly number[];
  private readonly recorded: ForwardEngine | undefined;
  private readonly ids: number | undefined;
  private disposed = false;

  constructor(
    private readonly around: Recorded,
    run: ForwardEngine | string,
  ) {
    this.input = around.X.shape;
    this.output = around.output;
    this.ids = around.network.layers[0].reads?.ids;
    if (typeof run === 'string') this.refused = run;
    else this.recorded = run;
    this.engine = this.recorded?.engine ?? 'plain';
  }

  predictProb(X: ArrayLike<number>): Float32Array {
    const x = this.samplesIn(X);
    const { AL, sum } = this.recorded?.run(x) ?? this.plain(x);
    if (!Number.isFinite(sum)) this.assertSound(x);
    if (!Number.isFinite(sumOf(AL))) tf.tidy(() => assertOutputs(tensor(AL, this.output)));
    return AL;
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.recorded?.dispose();
    tf.dispose([this.around.held, this.around.X]);
  }

  private plain(x: Float32Array): Outputs {
    const { pass, X } = this.around;
    const sum = sumOf(x);
    // Before functions that others wrote.
    if (!Number.isFinite(sum)) this.assertSound(x);
    const AL = tf.tidy(() => Float32Array.from(pass(samplesFrom(x, X)).dataSync()));
    return { AL, sum };
  }

  private samplesIn(given: ArrayLike<number>): Float32Array {
    const { X } = this.around;
    if (this.disposed) throw new ValueError('The compiled pass was disposed; compile it anew.');
    if (given?.length !== X.size) {
      const { length } = Object(given) as Partial<ArrayLike<number>>;
      const found = length === undefined ? `is ${inWords(given)}` : `has ${length} values`;
      throw new ShapeError(`X ${found}; give ${X.size}, as in (${this.input.join(', ')}).`);
    }
    const x = given instanceof Float32Array ? given : Float32Array.from(given);
    const { ids = 0 } = this;
    // Ids are addresses. Other numbers are looked at by their sum, behind the pass.
    if (ids > 0 && !x.every((id) => Number.isInteger(id) && id >= 0 && id < ids)) {
      this.assertSound(x);
    }
    return x;
  }

  private assertSound(x: Float32Array): void {
    const { network } = this.around;
    tf.tidy(() => assertInputs(network, tensor(x, this.input)));
  }
}
