import type { Point, Tensors } from '../subject.js';
import type { Step } from '../tape.js';
import type { Scene } from './code/scene.js';

/** A backward pass at one point: what came out of it, and what should have. */
export interface Evidence {
  readonly point: Point;
  readonly hand: Tensors;
  readonly oracle: Tensors;
  readonly steps: readonly Step[];
  /** What the functions ran, operation by operation; undefined where it could not be recorded. */
  scene(): Scene | undefined;
}

/** The same functions at points of which the check has seen nothing. */
export interface Elsewhere {
  /** Other numbers in the same shapes, twice; undefined where the functions cannot cope with them. */
  readonly redrawn: readonly (() => Evidence | undefined)[];
  /**
   * Another m, and where the dimensions are named another size of each. Undefined where the functions
   * cannot cope with it, or where their cost takes no mean over the samples that it is given.
   */
  resized(): Evidence | undefined;
}
