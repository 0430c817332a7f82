import * as nodeModule from 'node:module';
import * as hooks from './typescriptHooks.js';

/** Node has it from 22.15 on, and `module.register`, on which we fall back, no longer for ever. */
const { registerHooks } = nodeModule as unknown as {
  registerHooks?: (hooks: object) => void;
};

let registered = false;

/**
 * From now on `import` takes TypeScript, the same on every Node: the types are taken out and nothing is
 * checked. Node's own reader, from 22.18 on, knows no enums.
 */
export function readTypeScript(): void {
  if (registered) return;
  registered = true;
  if (registerHooks) registerHooks(hooks);
  else nodeModule.register(new URL('typescriptHooks.js', import.meta.url));
}
