import { permuted } from '../permuted.js';
import { convolved, convolvedIn, convolvedInOnnx } from './conv2d.js';
import { count } from './given.js';
import { type OnnxWords, vectorIfAny, type Words, weight } from './words.js';

/** Kernel (f_H, f_W, n_C, r) and bias (n_C r), as here. */
export const depthwiseConv2d: Words = {
  keras: ({ layer: { config }, parameters }) => [
    {
      className: 'DepthwiseConv2D',
      config: {
        depth_multiplier: config.depthMultiplier,
        ...convolved(config, 'b' in parameters),
      },
    },
  ],
  kerasWeights: (place) => [
    weight('depthwise_kernel', 'W', place),
    ...vectorIfAny('bias', 'b', place),
  ],
  takesActivation: true,
  fromKeras: {
    DepthwiseConv2D: (given) => {
      const depthMultiplier =
        'depth_multiplier' in given.config ? count(given, 'depth_multiplier') : 1;
      return [{ kind: 'depthwiseConv2d', config: { depthMultiplier, ...convolvedIn(given) } }];
    },
  },
};

export const depthwiseConv2dOnnx: OnnxWords = {
  write: (graph, X, leaf, { W, b }) => {
    const { shape } = leaf.place.parameters.W;
    const [fH, fW, from, r] = shape;
    const filters = permuted(W, shape, [2, 3, 0, 1]);
    return convolvedInOnnx(graph, X, leaf, [from * r, 1, fH, fW], filters, b, from);
  },
};
