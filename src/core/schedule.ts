import type { Tensor2D } from '@tensorflow/tfjs-core';
import { ValueError } from './errors.js';
import { inWords } from './options.js';
import type { Plateau } from './plateau.js';

/**
 * A learning rate α as a function of the step number t = 0, 1, 2, … (1, 1). t is an input of the
 * step, so a recorded step gets the right α on every replay. `at` consists of tensor operations and
 * returns α (1, 1); the caller owns it. Names follow Keras.
 */
export interface Schedule {
  readonly name: string;
  /** Includes `learningRate`: the initial one, or the one that it warms up to. */
  readonly hyperparameters: Readonly<Record<string, number | string>>;
  /** If α falls when the cost stands still: by which rule. Then it is at(t) · factor. */
  readonly plateau?: Plateau;
  at(t: Tensor2D): Tensor2D;
}

/** @throws ValueError unless each number is finite, and above 0. */
export function assertAboveZero(schedule: string, numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (typeof value === 'number' && value > 0 && Number.isFinite(value)) continue;
    throw new ValueError(`${schedule}: ${name} is ${inWords(value)}; give a number above 0.`);
  }
}

/** @throws ValueError unless the least learning rate is from 0 to the first one. */
export function assertLeast(schedule: string, least: number, learningRate: number): void {
  if (typeof least === 'number' && least >= 0 && least <= learningRate) return;
  throw new ValueError(
    `${schedule}: minLearningRate is ${inWords(least)}; give a number from 0 to the learning rate, ${learningRate}.`,
  );
}
