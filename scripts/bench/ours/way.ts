import type { Problem, Trainable } from './problem.js';

/** A network under way. */
export interface Running {
  /** Iterations come in multiples of it. */
  readonly atOnce: number;
  run(iterations: number, options?: { inOrder?: boolean }): unknown;
  /** J of all samples. */
  cost(): number;
  /** Frees everything but X and Y. */
  dispose(): void;
}

export interface Refused {
  /** Why a problem cannot be run so, in a sentence. */
  readonly refused: string;
}

/** A way to train. */
export interface Way<P extends Trainable = Problem> {
  /** Whether it has the threads that handgrad gives such a task; else those that TensorFlow takes. */
  readonly asPeopleHaveIt?: boolean;
  /** It takes the problem's parameters over. */
  start(problem: P): Promise<Running | Refused>;
  /** A run as users have it, with a cost every 100 iterations. The process ends behind it. */
  whole(problem: P, iterations: number): Promise<Refused | undefined>;
  /** Trains until that share of the samples is right behind an epoch. Gives the epochs. */
  until?(problem: P, accuracy: number): Promise<number>;
}
