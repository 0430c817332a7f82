import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.js';
import { ShapeError } from '../errors.js';
import { inShape, isPureLayer, type Layer, pureLayer } from '../layer.js';
import { assertOptions } from '../options.js';
import type { Params } from '../tensors.js';
import { type ChainCache, chainOf } from './sequential.js';

export interface ResidualOptions {
  readonly layers: readonly (Layer | Activation)[];
  /** What the input goes through on its way past the layers. Default: nothing. */
  readonly shortcut?: readonly (Layer | Activation)[];
}

/**
 * Y = F(X) + S(X), F through the layers and S through the shortcut, or X itself
 * dX = dX of F + dX of S, or dY itself
 *
 * Inside the block, the W of the first layer is W.1, and that of the shortcut W.s1.
 * Source: He et al., arXiv:1512.03385; Course 4, week 2.
 *
 * @throws ShapeError when a network is made, if F(X) and S(X) differ in shape, or if one of them
 *   reads ids and the other numbers.
 */
export function residual(
  layers: readonly (Layer | Activation)[] | ResidualOptions,
  past?: readonly (Layer | Activation)[],
): Layer {
  const options = 'layers' in layers ? layers : { layers, shortcut: past };
  assertOptions('residual', options, { layers: true, shortcut: true });
  const F = chainOf('residual', options.layers, '.');
  const S = chainOf('residual: the shortcut', options.shortcut ?? [], '.s');
  const block: Layer<{ F: ChainCache; S: ChainCache }> = {
    kind: 'residual',
    config: { ...F.config, ...(options.shortcut && { shortcut: S.config.layers }) },
    reads: readsOf(F.reads, S.reads),
    output: (input) => {
      if (!F.reads !== !S.reads) {
        throw new ShapeError(
          'one way reads ids and the other numbers. Put the embedding before it.',
        );
      }
      const [f, s] = [F.output(input), S.output(input)];
      if (String(f) === String(s)) return f;
      throw new ShapeError(
        `the layers give ${inShape(f)} and the shortcut ${inShape(s)}. Give the shortcut the same strides and filters, such as conv2d({ filters, kernelSize: 1, strides }).`,
      );
    },
    parameters: (input) => ({ ...F.parameters(input), ...S.parameters(input) }),
    noise: (input) => ({ ...F.noise!(input), ...S.noise!(input) }),
    state: (input) => ({ ...F.state!(input), ...S.state!(input) }),
    forward: (X, given) => {
      const [f, s] = [F.forward(X, given), S.forward(X, given)];
      return {
        Y: tf.add(f.Y, s.Y), // the shape of both
        cache: { F: f.cache, S: s.cache },
        updated: both(f.updated, s.updated),
        state: both(f.state, s.state),
      };
    },
    backward: (dY, given, cache, dState) => {
      const f = F.backward(dY, given, cache.F, dState);
      const s = S.backward(dY, given, cache.S, dState);
      return {
        dX: () => tf.add(f.dX(), s.dX()), // the shape of X
        grads: { ...f.grads, ...s.grads },
        dState: both(f.dState, s.dState),
      };
    },
  };
  return isPureLayer(F) && isPureLayer(S) ? pureLayer(block) : block;
}

const both = (f: Params = {}, s: Params = {}): Params => ({ ...f, ...s });

/** Where both ways read ids, those that both know. */
const readsOf = (f: Layer['reads'], s: Layer['reads']): Layer['reads'] =>
  f && s ? { ids: Math.min(f.ids, s.ids) } : (f ?? s);
