import type { Grads, Params } from './tensors.js';

/** An update that is not marked with `pure` runs as it is written, step by step. */
export interface Update {
  (params: Params, grads: Grads, state: Params): { params: Params; state: Params };
  readonly pure?: true;
}

/**
 * Marks an update of your own that reads its arguments and constants alone, and changes nothing else: no
 * counter, no random number, no learning rate that somebody sets from outside. Then it may be tried,
 * recorded and replayed (compiled/). What changes from step to step is part of the state.
 */
export const pure = (update: Update): Update => Object.assign(update, { pure: true as const });

export const isPure = ({ update }: { readonly update: Update }): boolean => update.pure === true;
