/*
 * A recorded step would freeze what its functions read from outside: a learning rate in a closure, a
 * counter, a slope that a callback changes. So only functions that are known to be pure are recorded.
 */

type Marked = { readonly pure?: true };

/**
 * Marks a function of your own (an optimizer's update, a layer's, activation's or loss's forward and
 * backward, a step) that reads its arguments and constants alone, and changes nothing else: no counter,
 * no random number, no value that is set from outside. Then it may be tried, recorded and replayed
 * (compiled/). What changes from step to step is part of the optimizer's state.
 */
export const pure = <F extends (...args: never[]) => unknown>(f: F): F =>
  Object.assign(f, { pure: true as const });

export const isPure = (f: unknown): boolean => (f as Marked | undefined)?.pure === true;
