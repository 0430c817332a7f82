import * as nodeModule from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { hookLoader } from '../loaderHooks.js';

/** handgrad itself. */
const here = new URL('../../', import.meta.url).href;

/**
 * From now on nothing but handgrad and its packages imports anything but TensorFlow.js and the files that
 * are allowed.
 *
 * @param tensorFlow its file: what `@tensorflow/tfjs` means to a submission.
 * @returns a function that ends it.
 */
export function refuseImports(tensorFlow: string, allowed: readonly string[]): () => void {
  const url = pathToFileURL(tensorFlow).href;
  const urls = allowed.map((path) => pathToFileURL(path).href);
  const resolve = resolver(here, url, urls);
  const source = `export const resolve = (${resolver})(${JSON.stringify(here)}, ${JSON.stringify(url)}, ${JSON.stringify(urls)});`;
  hookLoader({ resolve }, `data:text/javascript,${encodeURIComponent(source)}`);
  return refuseRequire(tensorFlow, allowed);
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
  (here: string, tensorFlow: string, allowed: readonly string[]) =>
  (specifier: string, context: Context, next: Next): unknown => {
    const { parentURL = '' } = context;
    const isOurs = parentURL.startsWith(here) || parentURL.includes('/node_modules/');
    if (isOurs || parentURL.startsWith('node:')) return next(specifier, context);
    if (/^@tensorflow\/tfjs(-core|-node|-node-gpu)?$/.test(specifier)) {
      return { url: tensorFlow, shortCircuit: true };
    }
    const isRelative = /^(\.{1,2}\/|\/|file:)/.test(specifier) && parentURL !== '';
    const meant = isRelative ? new URL(specifier, parentURL).href : '';
    const found = [meant, meant.replace(/\.(m?)js$/, '.$1ts'), `${meant}.ts`].find((one) =>
      allowed.includes(one),
    );
    if (found !== undefined) return next(found, context);
    throw new Error(
      `it imports ${JSON.stringify(specifier.slice(0, 80))}: a submission may import nothing but TensorFlow.js`,
    );
  };

/** The same of `require`, whose parts are methods that may be replaced. */
function refuseRequire(tensorFlow: string, allowed: readonly string[]): () => void {
  const loader = nodeModule.Module as unknown as {
    _load(name: string, parent?: unknown, isMain?: boolean): unknown;
    _resolveFilename(name: string, parent?: unknown, ...rest: unknown[]): string;
    createRequire?: unknown;
  };
  const { _load: load, _resolveFilename: find, createRequire } = loader;
  const isTensorFlow = (name: string) => /^@tensorflow\/tfjs(-core|-node|-node-gpu)?$/.test(name);
  loader._resolveFilename = (name, parent, ...rest) =>
    isTensorFlow(name) ? tensorFlow : find.call(loader, name, parent, ...rest);
  loader._load = (name, parent, isMain) => {
    if (isTensorFlow(name)) return load.call(loader, tensorFlow, parent, isMain);
    const path = tryPath(() => find.call(loader, name, parent));
    const isFirst = parent === undefined || parent === null; // the submission itself, by import
    if (path !== undefined && (isFirst ? !nodeModule.isBuiltin(path) : allowed.includes(path))) {
      return load.call(loader, name, parent, isMain);
    }
    throw new Error(
      `it requires ${JSON.stringify(String(name).slice(0, 80))}: a submission may require nothing but TensorFlow.js`,
    );
  };
  loader.createRequire = undefined;
  return () => Object.assign(loader, { _load: load, _resolveFilename: find, createRequire });
}

function tryPath(find: () => string): string | undefined {
  try {
    const path = find();
    return path.startsWith('file:') ? fileURLToPath(path) : path;
  } catch {
    return undefined;
  }
}
