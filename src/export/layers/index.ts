import type { Layer } from '../../core/layer.js';
import { activation, activationIn } from './activation.js';
import { residual, sequential } from './blocks.js';
import { conv2d } from './conv2d.js';
import { dense } from './dense.js';
import { depthwiseConv2d } from './depthwiseConv2d.js';
import { embedding } from './embedding.js';
import { flatten, reshape } from './flatten.js';
import type { KerasGiven } from './given.js';
import { dropout, gaussianNoise } from './noise.js';
import { batchNorm, groupNorm, layerNorm, normalization, rmsNorm } from './norms.js';
import { averagePool2d, globalAveragePool2d, maxPool2d, upSampling2d } from './pooling.js';
import { positionalEmbedding } from './positionalEmbedding.js';
import { gru, lstm, simpleRnn } from './recurrent.js';
import { selfAttention } from './selfAttention.js';
import { rescaling, zeroPadding2d } from './shifts.js';
import type { FromKeras, Words } from './words.js';

/** The words of each kind of layer. */
const all: Readonly<Record<string, Words>> = {
  ...{ dense, conv2d, depthwiseConv2d, maxPool2d, averagePool2d, globalAveragePool2d },
  ...{ upSampling2d, flatten, reshape, dropout, gaussianNoise, rescaling, zeroPadding2d },
  ...{ batchNorm, layerNorm, rmsNorm, groupNorm, normalization, embedding, positionalEmbedding },
  ...{ simpleRnn, gru, lstm, selfAttention, sequential, residual },
};

/** None for a layer of the user's own. */
export function wordsOf(layer: Layer): Words | undefined {
  if (activationIn(layer)) return activation;
  return Object.hasOwn(all, layer.kind) ? all[layer.kind] : undefined;
}

const every = [activation, ...Object.values(all)];

/** What reads a layer of Keras, by its class. */
export const kerasReaders: Readonly<Record<string, (given: KerasGiven) => FromKeras>> =
  Object.assign({}, ...every.map(({ fromKeras }) => fromKeras));
