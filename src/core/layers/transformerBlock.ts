import { gelu } from '../activations.js';
import type { Layer } from '../layer.js';
import { assertCount, assertOptions } from '../options.js';
import { dense } from './dense.js';
import { layerNorm } from './layerNorm.js';
import { residual } from './residual.js';
import { type SelfAttentionOptions, selfAttention } from './selfAttention.js';

import { sequential } from './sequential.js';

export interface TransformerBlockOptions extends SelfAttentionOptions {
  /** The features d of the sequence. Default: numHeads · keyDim. */
  readonly units?: number;
  /** Units between the two dense layers. Default: 4 d. */
  readonly hidden?: number;
  /** How gelu is approximated. Default: 'none'. */
  readonly gelu?: 'none' | 'tanh';
  /** Of the layer norms. Default: 1e-5. */
  readonly epsilon?: number;
}

/**
 * Y1 = X + selfAttention(layerNorm(X)) (m, T, d)
 * Y = Y1 + W2 gelu(W1 layerNorm(Y1) + b1) + b2 (m, T, d)
 *
 * A block of GPT-2, whose norms come first: what comes back past the layers is dY itself. It is not a
 * layer of its own but these in a sequential, which is its kind, and has their parameters: gamma.1.1
 * to bo.1.2 in the first half, gamma.2.1 to b.2.3 in the second. `useBias` is that of the attention.
 *
 * Source: Vaswani et al., arXiv:1706.03762; Xiong et al., arXiv:2002.04745.
 *
 * @throws ValueError if numHeads, keyDim, units or hidden is not a whole number from 1, gelu neither
 *   'none' nor 'tanh', or epsilon not above 0.
 * @throws ShapeError when a network is made, if its input has not `units` features.
 */
export function transformerBlock(options: TransformerBlockOptions): Layer {
  assertOptions('transformerBlock', options, {
    ...{ numHeads: true, keyDim: true, causal: true, useBias: true, initializer: true },
    ...{ units: true, hidden: true, gelu: true, epsilon: true },
  });
  const { units, hidden, gelu: approximate = 'none', epsilon = 1e-5, ...attention } = options;
  const attend = selfAttention(attention);
  const { numHeads, keyDim, initializer } = attention;
  const d = units ?? numHeads * keyDim;
  const wide = hidden ?? 4 * d;
  assertCount('transformerBlock: units', d);
  assertCount('transformerBlock: hidden', wide);
  return sequential([
    residual([layerNorm({ epsilon }), attend]),
    residual([
      layerNorm({ epsilon }),
      dense({ units: wide, activation: gelu({ approximate }), initializer }),
      dense({ units: d, initializer }),
    ]),
  ]);
}
