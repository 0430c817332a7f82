import { fileURLToPath } from 'node:url';
import type { BackendName } from '../../src/runtime/backends.js';

/** A contestant before it runs: how its process is started. */
export interface Entrant {
  readonly name: string;
  /** Our own Node, or the Python that was found. */
  readonly runs: 'node' | 'python';
  readonly args: readonly string[];
  /** The Python package that it shows. */
  readonly needs?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** A way of ours on a backend, and where TensorFlow's threads are worth a choice with one too. */
export const oursOn = (
  way: string,
  backend: BackendName,
  script = 'ours/process.ts',
): readonly Entrant[] => {
  const args = [path(script), way, backend];
  const entrant = { name: `${way} ${backend}`, runs: 'node', args } as const;
  if (backend === 'wasm' || !recorded.includes(way)) return [entrant];
  return [entrant, { ...entrant, name: `${entrant.name}, one thread`, env: oneThreadOfOurs }];
};

export const oneThreadOfOurs = { TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' };

/** An operation on each of two cores. */
export const twoOperationsOfOurs = { TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '2' };

const oneThread = {
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  XLA_FLAGS: '--xla_cpu_multi_thread_eigen=false',
};

/** With as many threads as it takes by itself, and with one: that is faster on some tasks. */
export const python = (name: string, module: string, needs: string): readonly Entrant[] => {
  const entrant = { runs: 'python', args: [path('python/process.py'), module], needs } as const;
  return [
    { ...entrant, name },
    { ...entrant, name: `${name}, one thread`, env: oneThread },
  ];
};

export const backends = ['native', 'wasm'] as const satisfies readonly BackendName[];

/** A way of ours (ours/ways.ts) on each backend. */
export const onEach = (...ways: string[]): readonly Entrant[] =>
  backends.flatMap((backend) => ways.flatMap((way) => oursOn(way, backend)));

/** The names that `onEach` gives. */
export const named = (...ways: string[]): readonly string[] => namesOf(onEach(...ways));

export const plain = 'ours plain';
export const compiled = 'ours compiled';
export const inSampleSpace = 'ours in sample space';
export const compiledInSampleSpace = 'ours compiled in sample space';
export const planned = 'ours planned';

/** Where the planner also picks the backend, and its threads. */
export const oursByPlan: Entrant = {
  name: planned,
  runs: 'node',
  args: [path('ours/process.ts'), planned, 'auto'],
};

/** The compiled step on an engine: graph, parts, xla or wasm. */
export const engine = (name: string): Entrant => ({
  name,
  runs: 'node',
  args: [path('ours/engines.ts'), name],
});

/** Ways that run with as many threads as TensorFlow takes by itself, and with one, as Python's do. */
const recorded = [compiled, compiledInSampleSpace];

/** TensorFlow.js without and with automatic differentiation, and the recorded step. */
export const onAnyTask = onEach(plain, 'variableGrads', 'model.fit', compiled);

/** For m much smaller than n_x, on full batches. */
export const onWideTasks = onEach(inSampleSpace, compiledInSampleSpace);

export const numpy = python('numpy', 'course_numpy', 'numpy');
export const pytorch = python('PyTorch', 'pytorch', 'torch');
export const scikitLearn = python('scikit-learn', 'scikit', 'sklearn');
export const jax = python('JAX', 'jaxed', 'jax');
export const others = [...numpy, ...pytorch, ...scikitLearn, ...jax];

/** Of some entrants. */
export const namesOf = (entrants: readonly Entrant[]): readonly string[] =>
  entrants.map(({ name }) => name);
