// jax-js, from where `npm run bench -- --setup` puts it: the page's builder finds it there.
import * as jax from '@jax-js/jax';
import type { Running } from '../ours/way.js';
import type { Shape, Task } from '../task.js';

const { numpy: np, nn } = jax;
type Array = jax.numpy.Array;

const activations: Readonly<Record<string, (Z: Array) => Array>> = { relu: nn.relu, tanh: np.tanh };

/** Mean cost over samples in rows. An array is used up where it is read: `ref` reads it once more. */
const lossOf =
  ({ activations: names }: Pick<Shape, 'activations'>) =>
  (P: Array[], X: Array, Y: Array): Array => {
    let A = X;
    names.forEach((name, l) => {
      const Z = np.matmul(A, P[2 * l]).add(P[2 * l + 1]);
      A = activations[name]?.(Z) ?? Z; // the last one is a part of the loss
    });
    return names.at(-1) === 'softmax'
      ? np.mean(np.sum(nn.logSoftmax(A).mul(Y), 1)).mul(-1)
      : np.mean(nn.softplus(A.ref).sub(Y.mul(A)));
  };

const rowsOf = (values: Float32Array, rows: number, m: number, samples: readonly number[]) =>
  np.array(
    Float32Array.from({ length: samples.length * rows }, (_, k) => {
      const [j, i] = [samples[Math.floor(k / rows)], k % rows];
      return values[i * m + j];
    }),
    { shape: [samples.length, rows], dtype: np.float32 },
  );

/** Steps of one jitted function, on all samples or on batches in their order. */
export async function jaxJs(task: Task): Promise<Running> {
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  const { sizes, m, batchSize = m, learningRate, weights } = task;
  const loss = lossOf(task);
  const gradient = jax.grad(loss);
  const step = jax.jit((P: Array[], X: Array, Y: Array) => {
    const dP = gradient(
      P.map((p) => p.ref),
      X,
      Y,
    ) as Array[];
    return P.map((p, i) => p.sub(dP[i].mul(learningRate)));
  });
  const cost = jax.jit(loss);
  const part = (first: number, count: number) => {
    const samples = Array.from({ length: count }, (_, j) => first + j);
    return {
      X: rowsOf(task.X, sizes[0], m, samples),
      Y: rowsOf(task.Y, sizes.at(-1)!, m, samples),
    };
  };
  const batches = Array.from({ length: m / batchSize }, (_, i) => part(i * batchSize, batchSize));
  const all = part(0, m);
  let P = weights.flatMap((W, l) => {
    const turned = np.transpose(
      np.array(W, { shape: [sizes[l + 1], sizes[l]], dtype: np.float32 }),
    );
    return [turned, np.zeros([sizes[l + 1]])];
  });
  let done = 0;
  return {
    atOnce: 1,
    run: async (iterations) => {
      for (let i = 0; i < iterations; i++) {
        const { X, Y } = batches[done++ % batches.length];
        P = step(P, X.ref, Y.ref) as Array[];
      }
      await jax.blockUntilReady(P);
    },
    cost: () =>
      (
        cost(
          P.map((p) => p.ref),
          all.X.ref,
          all.Y.ref,
        ) as Array
      ).item(),
    dispose: () => {},
  };
}
