import * as nodeModule from 'node:module';

/** Node has it from 22.15 on, and `module.register`, on which we fall back, no longer for ever. */
const { registerHooks } = nodeModule as unknown as {
  registerHooks?: (hooks: object) => void;
};

/**
 * Has Node's loader ask these hooks from now on. Where Node has no hooks in the thread of the program,
 * `elsewhere`, a module of the same hooks, is loaded into a thread of its own.
 */
export function hookLoader(hooks: object, elsewhere: URL | string): void {
  if (registerHooks) registerHooks(hooks);
  else nodeModule.register(elsewhere);
}
