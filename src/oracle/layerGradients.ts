import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/*
 * Gradients of the operations of sequences and attention that TensorFlow.js lacks or has wrong: a
 * product does not sum over the samples that share a matrix, a cumulative sum is transposed unless it
 * goes along the last axis, padding that mirrors forgets the mirror images, what is split or unstacked
 * into one piece throws, and einsum, strided slices, gatherND, scatterND and topk have none.
 */

type Attributes = Readonly<Record<string, unknown>>;
type Grads = Record<string, () => Tensor>;

interface Gradient {
  readonly saves: readonly string[];
  /** Saves every input, of an operation that takes a list. */
  readonly savesAll?: boolean;
  /** Which of the outputs. */
  readonly savesOutputs?: readonly boolean[];
  of(dy: Tensor, saved: Tensor[], attrs: Attributes): Grads;
}

/** The gradient of a broadcast: the sum over the axes that it stretched. */
export function summedTo({ shape }: Tensor, gradient: Tensor): Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, gradient.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(gradient, axes) : gradient, shape);
}

/** dC = dy of C = A B: dA = dC Bᵀ and dB = Aᵀ dC, whatever is transposed. */
const product = (
  dy: Tensor,
  [a, b]: Tensor[],
  { transposeA, transposeB }: { transposeA?: boolean; transposeB?: boolean },
): Grads => ({
  a: () =>
    summedTo(
      a,
      transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB),
    ),
  b: () =>
    summedTo(
      b,
      transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false),
    ),
});

/** Adds up dy where the numbers of y came from; `places` counts them through x. */
const sumAt = (dy: Tensor, places: Tensor, { size, shape }: Tensor): Tensor =>
  tf.reshape(
    tf.unsortedSegmentSum(tf.reshape(dy, [-1]), tf.reshape(places, [-1]) as tf.Tensor1D, size),
    shape,
  );

/** Each number of x counted, in x's shape. */
const counted = ({ size, shape }: Tensor): Tensor =>
  tf.reshape(tf.range(0, size, 1, 'int32'), shape);

/** An operation that only moves numbers: what it makes of their places tells where they came from. */
const moving = (kernelName: string): Gradient => ({
  saves: ['x'],
  of: (dy, [x], attrs) => ({
    x: () => {
      const places = tf.engine().runKernel(kernelName, { x: counted(x) }, attrs as never) as Tensor;
      return sumAt(dy, places, x);
    },
  }),
});

/** Each input's gradient is dy times the others, summed over the labels that it lacks. */
function einsum(dy: Tensor, xs: Tensor[], { equation }: { equation: string }): Grads {
  const [left, output] = equation.replaceAll(' ', '').split('->');
  const terms = left.split(',');
  return Object.fromEntries(
    xs.map((x, i) => {
      const others = terms.filter((_, j) => j !== i);
      const named = [output, ...others].join('');
      const known = [...terms[i]].filter((label) => named.includes(label));
      const gradient = () => {
        const factors = [dy, ...xs.filter((_, j) => j !== i)];
        const sum = tf.einsum(`${[output, ...others]}->${known.join('')}`, ...factors);
        const shape = x.shape.map((size, axis) => (known.includes(terms[i][axis]) ? size : 1));
        return tf.broadcastTo(tf.reshape(sum, shape), x.shape);
      };
      return [String(i), gradient];
    }),
  );
}

/**
 * A running product is linear in each of its factors: d/dx_i is what it gives for x_i = 1 less what it
 * gives for x_i = 0. Right for factors that are 0, too.
 */
function cumulativeProduct(dy: Tensor, x: Tensor, attrs: Attributes): Tensor {
  const axis = tf.util.parseAxisParam(attrs.axis as number, x.shape)[0];
  const { exclusive, reverse } = attrs as { exclusive: boolean; reverse: boolean };
  const length = x.shape[axis];
  const side = x.shape.map((_, i) => (i === axis ? length : 1));
  const running = (factors: Tensor) => tf.cumprod(factors, axis, exclusive, reverse);
  const slopes = Array.from({ length }, (_, i) => {
    const here = tf.reshape(tf.oneHot(tf.scalar(i, 'int32'), length, 1, 0, 'float32'), side);
    const others = tf.mul(x, tf.sub(1, here));
    const slope = tf.sub(running(tf.add(others, here)), running(others));
    return tf.mul(here, tf.sum(tf.mul(dy, slope), axis, true));
  });
  return tf.addN(slopes);
}

/** Of several outputs; the engine hands over that of one without its list. */
const pieces = (dys: Tensor | Tensor[]): Tensor[] => (Array.isArray(dys) ? dys : [dys]);

const gradients: Readonly<Record<string, Gradient>> = {
  BatchMatMul: { saves: ['a', 'b'], of: product },
  Cumsum: {
    saves: [],
    of: (dy, _, { axis, exclusive, reverse }) => ({
      x: () => tf.cumsum(dy, axis as number, exclusive as boolean, !reverse),
    }),
  },
  Cumprod: {
    saves: ['x'],
    of: (dy, [x], attrs) => ({ x: () => cumulativeProduct(dy, x, attrs) }),
  },
  Diag: {
    saves: ['x'],
    of: (dy, [x]) => ({
      x: () => {
        const places = tf.mul(tf.range(0, x.size, 1, 'int32'), tf.scalar(x.size + 1, 'int32'));
        return tf.reshape(tf.gather(tf.reshape(dy, [-1]), places), x.shape);
      },
    }),
  },
  Einsum: {
    saves: [],
    savesAll: true,
    of: (dy, xs, { equation }) => einsum(dy, xs, { equation: equation as string }),
  },
  MirrorPad: moving('MirrorPad'),
  StridedSlice: moving('StridedSlice'),
  DepthToSpace: moving('DepthToSpace'),
  GatherNd: {
    saves: ['params', 'indices'],
    of: (dy, [params, indices]) => ({
      params: () => sumAt(dy, tf.gatherND(counted(params), indices), params),
    }),
  },
  ScatterNd: {
    saves: ['indices'],
    of: (dy, [indices]) => ({ updates: () => tf.gatherND(dy, indices) }),
  },
  SplitV: {
    saves: [],
    of: (dys, _, { axis }) => ({ x: () => tf.concat(pieces(dys), axis as number) }),
  },
  Unpack: {
    saves: [],
    of: (dys, _, { axis }) => ({ value: () => tf.stack(pieces(dys), axis as number) }),
  },
  TopK: {
    saves: ['x'],
    savesOutputs: [false, true],
    of: (dys, [x, indices]) => {
      const [dy] = dys as unknown as Tensor[];
      const rows = tf.range(0, x.size, x.shape.at(-1)!, 'int32'); // where each row begins
      const first = tf.reshape(rows, [...x.shape.slice(0, -1), 1]);
      return { x: () => sumAt(dy, tf.add(first, indices), x) };
    },
  },
};

/** Registers them over tfjs's own, which must have been registered before. */
export function mendLayerGradients(): void {
  for (const [kernelName, { saves, savesAll, savesOutputs, of }] of Object.entries(gradients)) {
    if (tf.getGradient(kernelName)) tf.unregisterGradient(kernelName);
    tf.registerGradient({
      kernelName,
      inputsToSave: [...saves],
      ...(savesAll && { saveAllInputs: true }),
      ...(savesOutputs && { outputsToSave: [...savesOutputs] }),
      gradFunc: (dy, saved, attrs) => of(dy as Tensor, saved, attrs as unknown as Attributes),
    });
  }
}
