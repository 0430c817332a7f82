import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataId, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from '../../core/tensors.js';
import { mapValues, Refusal } from '../step.js';
import type { NativeBackend } from './backend.js';
import { bodyOf, COUNT, type Loop, type Port, result } from './body.js';
import { type Graph, savedModel, TAG } from './graph.js';
import { loopGraph } from './loop.js';
import { type Recording, record } from './recording.js';
import { largestProduct, largestRoot, simplify } from './simplify.js';
import { paysUnderXla, xlaGraph } from './xla.js';

/** Steps in a TensorFlow loop: one call runs many of them. */
export interface Session {
  /** Whether XLA has compiled it. It does so anew for other shapes of what is fed. */
  readonly isXla: boolean;
  /** The caller owns the new values. */
  run(values: Params, count: number, fed: readonly Tensor[]): Params;
  dispose(): void;
}

export interface SessionOptions extends Partial<Pick<Loop, 'fed' | 'head' | 'headNames'>> {
  /** How many steps are to come: XLA is for many. Default: few. */
  readonly steps?: number;
  /** Constants that are there as their transposes too. */
  readonly transposed?: ReadonlyMap<DataId, DataId>;
}

/** Constants with more elements than this are fed instead of written into the graph. */
const maxWritten = 4096;

/**
 * Records `step`, and loads it in a loop. `varying` are what it reads beside the values: each is fed, or
 * computed at the head of the loop.
 *
 * @throws Refusal if the step cannot be recorded, or TensorFlow rejects the graph.
 */
export function startSession(
  backend: NativeBackend,
  values: Params,
  varying: readonly Tensor[],
  step: (values: Params) => Params,
  { fed = [], steps = 0, transposed, ...head }: SessionOptions,
): Session {
  // Copy, because two values may share their data.
  const places = tf.tidy(() => mapValues(values, (P) => tf.add(P, 0)));
  try {
    const recording = record(backend, [...Object.values(places), ...varying], () => step(places));
    const { operations, outputs } = simplify(recording, transposed);
    const large = largeConstants(recording, { operations, outputs });
    const loop: Loop = {
      ...head,
      constants: recording.constants,
      operations,
      // Values are numbered, because TensorFlow restricts node names.
      values: Object.entries(places).map(([name, P], i) => ({
        ...port(`v${i}`, P),
        next: outputs[name],
      })),
      fed: [...fed, ...large.map(portOfConstant)],
    };
    const { shapes } = recording;
    const largest = {
      product: largestProduct(operations, shapes),
      root: largestRoot(operations, shapes),
    };
    const isXla = paysUnderXla(loop, largest, steps);
    try {
      const session = start(backend, loop, Object.keys(places), isXla);
      return {
        get isXla() {
          return session.isXla;
        },
        run: (values, count, data) => session.run(values, count, [...data, ...large]),
        dispose: () => {
          session.dispose();
          recording.release();
        },
      };
    } catch (error) {
      recording.release();
      throw error;
    }
  } finally {
    tf.dispose(places);
  }
}

/** The constants that are fed, of those that are read; the others are freed. */
export function largeConstants(
  recording: Recording,
  { operations, outputs }: Pick<Recording, 'operations' | 'outputs'>,
): Tensor[] {
  recording.keep(
    new Set([...operations.flatMap(({ inputs }) => inputs), ...Object.values(outputs)]),
  );
  return [...recording.constants.values()].filter(({ size }) => size > maxWritten);
}

export const portOfConstant = (tensor: Tensor, i: number): Port => port(`constant/${i}`, tensor);

/** A tensor by its name in the graph. */
export const port = (name: string, { dataId, dtype, shape }: Tensor): Port => ({
  name,
  dataId,
  dtype: dtype as Port['dtype'],
  shape,
});

/** `names` are the loop's value names. XLA compiles in the first run; what it refuses runs without it. */
function start(
  backend: NativeBackend,
  loop: Loop,
  names: readonly string[],
  tryXla: boolean,
): Session {
  const body = bodyOf(loop, backend.binding);
  const plainly = () => loadLoop(backend, loopGraph(loop, body), loop, names);
  let isXla = tryXla;
  let hasRun = false;
  let loaded = isXla ? loadLoop(backend, xlaGraph(loop, body), loop, names) : plainly();
  return {
    get isXla() {
      return isXla;
    },
    run: (values, count, fed) => {
      try {
        const next = loaded.run(values, count, fed);
        hasRun = true;
        return next;
      } catch (error) {
        if (!isXla || hasRun) throw error;
        loaded.dispose();
        isXla = false;
        loaded = plainly();
        return loaded.run(values, count, fed);
      }
    },
    dispose: () => loaded.dispose(),
  };
}

/** A graph that feeds the count of steps and the values, and gives the new ones. */
function loadLoop(
  backend: NativeBackend,
  graph: Graph,
  { values, fed }: Loop,
  names: readonly string[],
): Omit<Session, 'isXla'> {
  const inputs = [COUNT, ...values, ...fed].map(({ name }) => name);
  const { run, dispose } = load(
    backend,
    graph,
    inputs,
    values.map(({ name }) => result(name)),
  );
  return {
    run: (values, count, fed) => {
      const n = tf.scalar(count, 'int32');
      try {
        const outputs = run([n, ...names.map((name) => values[name]), ...fed]);
        return Object.fromEntries(names.map((name, i) => [name, outputs[i]]));
      } finally {
        n.dispose();
      }
    },
    dispose,
  };
}

/** A graph that TensorFlow has loaded. */
export interface Loaded {
  /** Takes a tensor for each input, and gives one for each output, which the caller owns. */
  run(given: readonly Tensor[]): Tensor[];
  dispose(): void;
}

/** @throws Refusal if TensorFlow rejects the graph. */
export function load(
  backend: NativeBackend,
  graph: Graph,
  inputs: readonly string[],
  outputs: readonly string[],
): Loaded {
  const folder = mkdtempSync(join(tmpdir(), 'handgrad-'));
  let model: number;
  try {
    writeFileSync(join(folder, 'saved_model.pb'), savedModel(graph));
    model = backend.loadSavedModelMetaGraph(folder, TAG);
  } catch (error) {
    const [line] = (error as Error).message.split('\n');
    throw new Refusal(`TensorFlow does not take the recorded step: ${line}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const named = inputs.map((name) => ({ name }));
  return {
    run: (given) => backend.runSavedModel(model, [...given], named, [...outputs]),
    dispose: () => backend.deleteSavedModel(model),
  };
}
