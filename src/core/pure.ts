import type { Grads, Params } from './tensors.js';

/** An update not marked with `pure` runs as written, step by step. */
export interface Update {
  (params: Params, grads: Grads, state: Params): { params: Params; state: Params };
  readonly pure?: true;
}

/**
 * Marks your own update as pure: it reads only its arguments and constants, and has no side
 * effects. No counter, no random number, no learning rate set from outside. handgrad may then try,
 * record and replay it (compiled/). Anything that changes from step to step belongs in the state.
 */
export const pure = (update: Update): Update => Object.assign(update, { pure: true as const });

export const isPure = ({ update }: { readonly update: Update }): boolean => update.pure === true;
