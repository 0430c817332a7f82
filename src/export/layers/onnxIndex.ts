import type { Layer } from '../../core/layer.js';
import type { FromOnnx, OnnxGiven } from '../onnx/given.js';
import { activationIn, activationOnnx } from './activation.js';
import { conv2dOnnx } from './conv2d.js';
import { denseOnnx } from './dense.js';
import { depthwiseConv2dOnnx } from './depthwiseConv2d.js';
import { embeddingOnnx } from './embedding.js';
import { flattenOnnx, reshapeOnnx } from './flatten.js';
import { dropoutOnnx, gaussianNoiseOnnx } from './noise.js';
import {
  batchNormOnnx,
  groupNormOnnx,
  layerNormOnnx,
  normalizationOnnx,
  rmsNormOnnx,
} from './norms.js';
import {
  averagePool2dOnnx,
  globalAveragePool2dOnnx,
  maxPool2dOnnx,
  upSampling2dOnnx,
} from './pooling.js';
import { positionalEmbeddingOnnx } from './positionalEmbedding.js';
import { gruOnnx, lstmOnnx, simpleRnnOnnx } from './recurrent.js';
import { selfAttentionOnnx } from './selfAttention.js';
import { rescalingOnnx, zeroPadding2dOnnx } from './shifts.js';
import type { OnnxWords } from './words.js';

/** ONNX's words of each kind of layer. */
const all: Readonly<Record<string, OnnxWords>> = {
  conv2d: conv2dOnnx,
  dense: denseOnnx,
  depthwiseConv2d: depthwiseConv2dOnnx,
  embedding: embeddingOnnx,
  flatten: flattenOnnx,
  reshape: reshapeOnnx,
  dropout: dropoutOnnx,
  gaussianNoise: gaussianNoiseOnnx,
  batchNorm: batchNormOnnx,
  layerNorm: layerNormOnnx,
  rmsNorm: rmsNormOnnx,
  groupNorm: groupNormOnnx,
  maxPool2d: maxPool2dOnnx,
  averagePool2d: averagePool2dOnnx,
  globalAveragePool2d: globalAveragePool2dOnnx,
  upSampling2d: upSampling2dOnnx,
  positionalEmbedding: positionalEmbeddingOnnx,
  simpleRnn: simpleRnnOnnx,
  lstm: lstmOnnx,
  gru: gruOnnx,
  selfAttention: selfAttentionOnnx,
  rescaling: rescalingOnnx,
  normalization: normalizationOnnx,
  zeroPadding2d: zeroPadding2dOnnx,
};

/** None for a layer of the user's own. */
export function onnxWordsOf(layer: Layer): OnnxWords | undefined {
  if (activationIn(layer)) return activationOnnx;
  return Object.hasOwn(all, layer.kind) ? all[layer.kind] : undefined;
}

/** What reads a node, by its operator. */
export const onnxReaders: Readonly<Record<string, (given: OnnxGiven) => FromOnnx>> = Object.assign(
  {},
  ...[activationOnnx, ...Object.values(all)].map(({ read }) => read),
);
