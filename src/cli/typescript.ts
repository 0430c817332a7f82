import { hookLoader } from './loaderHooks.js';
import * as hooks from './typescriptHooks.js';

let registered = false;

/**
 * From now on `import` takes TypeScript, the same on every Node: the types are taken out and nothing is
 * checked. Node's own reader, from 22.18 on, knows no enums.
 */
export function readTypeScript(): void {
  if (registered) return;
  registered = true;
  hookLoader(hooks, new URL('typescriptHooks.js', import.meta.url));
}
