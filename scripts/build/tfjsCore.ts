import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Plugin } from 'esbuild';

/*
 * tfjs-core's gradients lie in files that Node cannot load by themselves, and that import its insides.
 * Bundled as they stand they would bring a second tfjs-core along. Here each name of the insides that
 * tfjs-core also exports comes from @tensorflow/tfjs-core, and only what it keeps to itself is bundled.
 */

const core = createRequire(import.meta.url).resolve('@tensorflow/tfjs-core/package.json');
const dist = join(core, '..', 'dist');

/** What brings side effects, and is wanted for them. */
const wanted = /(register_all_gradients|register_all_chained_ops|_grad|chained_ops[\\/]\w+)\.js$/;

/** Where tfjs-core exports a name: itself, or one of its namespaces. */
const places: readonly [prefix: string, exported: object][] = [
  ['', tf],
  ['util.', tf.util],
  ['backend_util.', tf.backend_util],
  ['broadcast_util.', tf.broadcast_util],
  ['slice_util.', tf.slice_util],
];

const special: Readonly<Record<string, string>> = {
  ENGINE: 'tf.engine()',
  getGlobalTensorClass: '() => tf.Tensor',
};

export const throughTfjsCore: Plugin = {
  name: 'through-tfjs-core',
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^@tensorflow\/tfjs-core$/ }, ({ path }) => ({ path, external: true }));
    onResolve({ filter: /^inside:/ }, ({ path }) => ({
      path: path.slice('inside:'.length),
      sideEffects: false,
    }));
    onResolve({ filter: /^\./ }, async ({ path, importer, kind, pluginData }) => {
      if (pluginData === 'resolved' || !importer.startsWith(dist + sep)) return undefined;
      const from = importer.slice(0, importer.lastIndexOf(sep));
      const found = await resolve(path, { kind, resolveDir: from, pluginData: 'resolved' });
      if (wanted.test(found.path)) return found;
      return { path: found.path, namespace: 'tfjs-core', sideEffects: false };
    });
    onLoad({ filter: /.*/, namespace: 'tfjs-core' }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const collects = /^export \* from/m.test(source); // a list of other modules, each of which comes here
      return { contents: collects ? source : forward(path, source), resolveDir: dirname(path) };
    });
  },
};

/** A module in place of one of tfjs-core's: its names, from where tfjs-core exports them. */
function forward(path: string, source: string): string {
  const lines = exportsOf(source).map((name) => {
    if (special[name]) return `export const ${name} = /* @__PURE__ */ (${special[name]});`;
    const [prefix] = places.find(([, exported]) => name in exported) ?? [];
    if (prefix === '') return `export { ${name} } from '@tensorflow/tfjs-core';`;
    if (prefix) return `export const ${name} = tf.${prefix}${name};`;
    return `export { ${name} } from ${JSON.stringify(`inside:${path}`)};`;
  });
  return `import * as tf from '@tensorflow/tfjs-core';\n${lines.join('\n')}`;
}

const exportsOf = (source: string): string[] => [
  ...Array.from(
    source.matchAll(/^export (?:async )?(?:function\*?|const|let|var|class) (\w+)/gm),
    (m) => m[1],
  ),
  ...Array.from(source.matchAll(/^export \{([^}]*)\}/gm), (m) =>
    m[1].split(',').map((name) => name.trim().split(' as ').at(-1)!),
  ).flat(),
];
