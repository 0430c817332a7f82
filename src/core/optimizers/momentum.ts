import type { Optimizer } from '../optimizer.js';
import { type MomentumOptions, withVelocity } from './velocity.js';

/**
 * V := β V + (1 - δ) dW, from V = 0
 * W := W - α V
 *
 * and the same for b. α is the learning rate, a number or a schedule; β in [0, 1) is the decay of
 * the velocity, which spans about 1/(1 - β) steps. The dampening δ is β, so that V is a moving
 * average, V := β V + (1 - β) dW: Course 2's. With `dampening: 0` it is a sum, V := β V + dW: that of
 * Keras and PyTorch, whose learning rate is 1 - β times this one's. (The name is PyTorch's, which
 * leaves the first gradient undampened.) Source: Course 2, week 2.
 *
 * @throws ValueError if the learning rate is neither a number above 0 nor a schedule, or β or δ is
 *   not in [0, 1).
 */
export const momentum = (options: MomentumOptions): Optimizer =>
  withVelocity('momentum', options, (V) => V);
