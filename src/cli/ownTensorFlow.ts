import * as nodeModule from 'node:module';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { hookLoader } from './loaderHooks.js';

/** The packages that bring a TensorFlow.js of their own. */
const tensorFlows = /^@tensorflow\/tfjs(-core|-node|-node-gpu)?$/;

let shared = false;

/**
 * From now on a module that imports or requires TensorFlow.js gets the one that the check runs on:
 * tensors of another copy would be of no use. Packages get what they ask for.
 */
export function shareTensorFlow(): void {
  if (shared) return;
  shared = true;
  const ours = createRequire(import.meta.url).resolve('@tensorflow/tfjs-core');
  shareWithRequire(ours);
  const url = pathToFileURL(ours).href;
  const resolve = resolver(tensorFlows, here.href, url);
  const source = `export const resolve = (${resolver})(${tensorFlows}, ${JSON.stringify(here.href)}, ${JSON.stringify(url)});`;
  hookLoader({ resolve }, `data:text/javascript,${encodeURIComponent(source)}`);
}

/** handgrad itself, which knows what it asks for. */
const here = new URL('../', import.meta.url);

/** `require`, whose look-up is a method that may be replaced. */
function shareWithRequire(ours: string): void {
  const loader = nodeModule.Module as unknown as {
    _resolveFilename(
      name: string,
      parent?: { filename?: string | null },
      ...rest: unknown[]
    ): string;
  };
  const resolve = loader._resolveFilename.bind(loader);
  const isUsers = (file: string | null | undefined) =>
    typeof file === 'string' &&
    !file.includes('node_modules') &&
    !file.startsWith(fileURLToPath(here));
  loader._resolveFilename = (name, parent, ...rest) =>
    tensorFlows.test(name) && isUsers(parent?.filename) ? ours : resolve(name, parent, ...rest);
}

interface Context {
  readonly parentURL?: string;
}
type Next = (specifier: string, context: Context) => unknown;

/**
 * A hook of Node's loader. It may run in a thread of its own, where it goes as text: it knows nothing
 * but what it is given.
 */
const resolver =
  (packages: RegExp, here: string, url: string) =>
  (specifier: string, context: Context, next: Next): unknown => {
    const { parentURL = '' } = context;
    const isUsers =
      parentURL.startsWith('file:') &&
      !parentURL.includes('/node_modules/') &&
      !parentURL.startsWith(here);
    if (!packages.test(specifier) || !isUsers) return next(specifier, context);
    return { url, shortCircuit: true };
  };
