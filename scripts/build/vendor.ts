import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { throughTfjsCore } from './tfjsCore.js';

/** Not the file of the checkout, but the two that it stands for. */
const gradients: BuildOptions = {
  stdin: {
    contents: `
      import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
      import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';`,
    resolveDir: '.',
  },
  plugins: [throughTfjsCore],
};

/**
 * Puts a bundle in the place of each file of dist/vendor, with what it imports from node_modules, and
 * the licences of all that beside them.
 *
 * @returns the packages in them, as name@version
 */
export async function bundleVendor(root: string): Promise<string[]> {
  const folder = join(root, 'dist', 'vendor');
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.js'))
    .map((file) => file.slice(0, -'.js'.length));
  const inputs = new Set<string>();
  for (const name of names) {
    const own = name === 'gradients' ? gradients : { entryPoints: [`src/vendor/${name}.ts`] };
    const { metafile } = await build({
      ...own,
      absWorkingDir: root,
      outfile: join(folder, `${name}.js`),
      allowOverwrite: true,
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser', // charts and equations are drawn without Node's own modules
      target: 'es2022',
      legalComments: 'none',
      metafile: true,
      logLevel: 'warning',
    });
    for (const input of Object.keys(metafile.inputs)) inputs.add(input);
  }
  for (const file of readdirSync(folder)) {
    if (!file.endsWith('.js')) rmSync(join(folder, file));
  }
  const packages = packagesOf(inputs);
  await writeFile(join(folder, 'LICENSES.txt'), await licences(root, packages));
  return packages.map((path) => {
    const { name, version } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
    return `${name}@${version}`;
  });
}

/** Packages that lie in the files of others. */
const within: Readonly<Record<string, readonly string[]>> = {
  'node_modules/d3-delaunay': ['node_modules/delaunator', 'node_modules/robust-predicates'],
};

/** The folders of the packages that went into the bundles. */
function packagesOf(inputs: Iterable<string>): string[] {
  const folders = Array.from(
    inputs,
    (path) =>
      /(?:^|:)(?:.*\/)?(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1],
  );
  const found = folders.filter((folder) => folder !== undefined);
  return [...new Set(found.flatMap((folder) => [folder, ...(within[folder] ?? [])]))].sort();
}

async function licences(root: string, folders: readonly string[]): Promise<string> {
  const texts = folders.map(async (folder) => {
    const { name, version, license } = JSON.parse(
      await readFile(join(root, folder, 'package.json'), 'utf8'),
    );
    const file = readdirSync(join(root, folder)).find((name) => /^licen[cs]e/i.test(name));
    const text = file ? await readFile(join(root, folder, file), 'utf8') : `License: ${license}`;
    return `${name} ${version}\n\n${text.trim()}\n`;
  });
  const parts = await Promise.all(texts);
  return `The files in this folder are bundles of these packages.\n\n${parts.join(`\n${'-'.repeat(72)}\n\n`)}`;
}
