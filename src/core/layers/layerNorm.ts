import { ShapeError } from '../errors.js';
import { inShape, type Layer, pureLayer, type Shape } from '../layer.js';
import {
  type AffineOptions,
  affine,
  affineBackward,
  affineParameters,
  assertEpsilon,
  type Normalized,
  normalize,
  normalizeBackward,
  overFeatures,
} from '../normalization.js';
import { assertOptions, assertSwitches } from '../options.js';

export interface LayerNormOptions extends AffineOptions {
  /** The features' axis: 0 of a matrix (n, m), else -1. Default: that of the input. */
  readonly axis?: number;
  /** Default: 0.001. */
  readonly epsilon?: number;
}

/**
 * With the mean over the features of each sample, and of each position:
 *
 * μ = mean X, σ² = mean (X - μ)² (1, m) or (m, …, 1)
 * X̂ = (X - μ) / √(σ² + ε), Y = gamma ∘ X̂ + beta
 *
 * dgamma = 1/m Σ dY ∘ X̂
 * dbeta = 1/m Σ dY
 * dX̂ = dY ∘ gamma
 * dX = (dX̂ - mean dX̂ - X̂ ∘ mean(dX̂ ∘ X̂)) / √(σ² + ε)
 *
 * X, Y and their gradients (n, m) or (m, …, d); gamma and beta (n, 1) or (d). It is the same when
 * predicting. Options and defaults are Keras's; PyTorch's epsilon is 1e-5.
 *
 * Source: Ba, Kiros, Hinton, arXiv:1607.06450.
 *
 * @throws ValueError if epsilon is not above 0.
 */
export function layerNorm(options: LayerNormOptions = {}): Layer {
  assertOptions('layerNorm', options, { axis: true, epsilon: true, center: true, scale: true });
  const { axis, epsilon = 1e-3, center = true, scale = true } = options;
  assertSwitches('layerNorm', { center, scale });
  assertEpsilon('layerNorm', epsilon);
  const layer: Layer<Normalized> = {
    kind: 'layerNorm',
    config: { ...(axis !== undefined && { axis }), epsilon, center, scale },
    output: (input) => withFeaturesAt(axis, input),
    parameters: (input) => affineParameters(input, options),
    forward: (X, { params: { gamma, beta } }) => {
      const cache = normalize(X, overFeatures, epsilon);
      return { Y: affine(cache.XHat, gamma, beta), cache }; // (m, …, d)
    },
    backward: (dY, { params: { gamma, beta } }, cache) => {
      const { dXHat, grads } = affineBackward(dY, cache.XHat, gamma, beta);
      const dX = () => normalizeBackward(dXHat(), cache, overFeatures); // (m, …, d)
      return { dX, grads };
    },
  };
  return pureLayer(layer) as Layer;
}

/** The input itself. @throws ShapeError if this is not the axis of its features. */
export function withFeaturesAt(axis: number | undefined, input: Shape): Shape {
  const rank = input.length + 1;
  const fits = input.length === 1 ? axis === 0 : axis === -1 || axis === rank - 1;
  if (axis === undefined || fits) return input;
  const own = input.length === 1 ? '0 of a matrix (n, m)' : `-1 of (m, ${input.join(', ')})`;
  throw new ShapeError(
    `axis ${axis} is not the features of a ${inShape(input)} input; they are axis ${own}. Leave axis out.`,
  );
}
