import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from './errors.js';
import { timesTransposed, transposedTimes } from './products.js';

/**
 * Z = W A_prev + b
 *
 * For n_l units and m samples in columns: A_prev (n_prev, m), W (n_l, n_prev), b (n_l, 1),
 * Z (n_l, m). The caller owns Z. Call inside a `tf.tidy`, which frees W A_prev.
 * Source: Course 1, week 4.
 *
 * @throws ShapeError if the shapes do not match.
 */
export function linearForward(APrev: Tensor, W: Tensor, b?: Tensor): Tensor2D {
  checkShapes(APrev, W, b);
  const WA = tf.matMul(W, APrev) as Tensor2D; // (n_l, m)
  return b ? tf.add(WA, b) : WA; // (n_l, m)
}

/**
 * dW = 1/m dZ A_prevᵀ
 * db = 1/m Σ dZ, over the samples
 * dA_prev = Wᵀ dZ
 *
 * dZ (n_l, m) and dA_prev (n_prev, m) are per sample; 1/m enters here, in dW and db, which have the
 * shapes of W and b. dA_prev is a function because the gradient of the data is never needed: in the
 * first layer it would cost as much as dW. Uses A_prevᵀ (m, n_prev) if given. The caller owns the
 * results. Source: Course 1, week 4.
 */
export function linearBackward(dZ: Tensor, APrev: Tensor, W: Tensor, APrevT?: Tensor) {
  const dZPerM = tf.div(dZ, dZ.shape[1]!) as Tensor2D; // 1/m dZ (n_l, m)
  return {
    dW: timesTransposed(dZPerM, APrev, APrevT), // (n_l, n_prev)
    db: tf.sum(dZPerM, 1, true) as Tensor2D, // (n_l, 1)
    dAPrev: () => transposedTimes(W, dZ), // (n_prev, m)
  };
}

function checkShapes(APrev: Tensor, W: Tensor, b?: Tensor): void {
  const [n, nPrev] = W.shape;
  if (APrev.shape[0] !== nPrev) {
    const hint = APrev.shape[1] === nPrev ? ' Is X transposed? Samples go in columns.' : '';
    throw new ShapeError(
      `linearForward: W is (${W.shape.join(', ')}) but A_prev has ${APrev.shape[0]} rows, expected ${nPrev}.${hint}`,
    );
  }
  if (b && (b.shape[0] !== n || b.shape[1] !== 1)) {
    throw new ShapeError(
      `linearForward: W is (${W.shape.join(', ')}) but b is (${b.shape.join(', ')}), expected (${n}, 1).`,
    );
  }
}
