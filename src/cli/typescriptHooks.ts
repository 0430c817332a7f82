import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from '../vendor/sucrase.js';

/*
 * Hooks of Node's loader. Both work in the thread of the program (`registerHooks`) and in one of their
 * own (`register`): `next` gives a result there and a promise here, and both are handed on as they are.
 */

interface Context {
  readonly parentURL?: string;
}

const isTypeScript = (url: string) => url.startsWith('file:') && /\.(m?ts|tsx)(\?|$)/.test(url);

/** `./layers.js` and `./layers` in TypeScript are layers.ts, where there is no other file. */
export function resolve<Result>(
  specifier: string,
  context: Context,
  next: (specifier: string, context: Context) => Result,
): Result {
  const { parentURL = '' } = context;
  if (!isTypeScript(parentURL) || !/^\.{1,2}\//.test(specifier)) return next(specifier, context);
  const isThere = (path: string) => existsSync(fileURLToPath(new URL(path, parentURL)));
  const meant = [
    specifier,
    specifier.replace(/\.(m?)js$/, '.$1ts'),
    `${specifier}.ts`,
    `${specifier}.tsx`,
  ];
  return next(meant.find(isThere) ?? specifier, context);
}

export function load<Result, LoadOptions>(
  url: string,
  context: LoadOptions,
  next: (url: string, context: LoadOptions) => Result,
): Result | { format: 'module'; source: string; shortCircuit: true } {
  if (!isTypeScript(url)) return next(url, context);
  const path = fileURLToPath(url.replace(/\?.*$/, ''));
  return { format: 'module', source: strip(readFileSync(path, 'utf8'), path), shortCircuit: true };
}

/** What cannot be left out with the types, and what is to be written in its place. */
const refused: readonly [what: RegExp, sentence: string][] = [
  [
    /^[ \t]*(?:export[ \t]+)?(?:namespace|module)[ \t]+[\w.]+[ \t\r\n]*\{/m,
    'a namespace is not read. Export its contents from a module of their own',
  ],
  [/^[ \t]*@[A-Za-z_]/m, 'decorators are not read. Call the function itself'],
  [
    /^[ \t]*(?:export[ \t]*=|(?:export[ \t]+)?import[ \t]+\w+[ \t]*=[ \t]*require\b)/m,
    'this is CommonJS. Write import … from and export',
  ],
];

/**
 * JavaScript, line by line as the TypeScript stands.
 *
 * @throws SyntaxError with the place.
 */
export function strip(source: string, path: string): string {
  for (const [what, sentence] of refused) {
    const found = what.exec(source);
    if (!found) continue;
    const line = source.slice(0, found.index).split('\n').length;
    throw new SyntaxError(`${sentence} (${basename(path)}:${line}).`);
  }
  try {
    const transforms: ('typescript' | 'jsx')[] = path.endsWith('.tsx')
      ? ['typescript', 'jsx']
      : ['typescript'];
    const { code } = transform(source, { transforms, disableESTransforms: true });
    return code;
  } catch (error) {
    const [, what, line, column] =
      /^(.*?)\s*\((\d+):(\d+)\)$/s.exec((error as Error).message) ?? [];
    if (line === undefined) throw error;
    const reason = what.replace(/^Error transforming .*?: /, '');
    throw new SyntaxError(`${reason} (${basename(path)}:${line}:${column})`);
  }
}
