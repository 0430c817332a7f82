import {
  cpSync,
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

let found: string | undefined;

/** src, or dist where the package is built. */
const own = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * The folder that holds handgrad as JavaScript: dist, and in a checkout a copy of src without its types.
 * A process that may start none of its own cannot run tsx, which starts one.
 */
export function plainHandgrad(): string {
  found ??= import.meta.url.endsWith('.ts') ? transpiled() : own;
  return found;
}

function transpiled(): string {
  const files = readdirSync(own, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /((?<!\.d)\.ts|\.py)$/.test(path),
  );
  const newest = Math.max(...files.map((path) => statSync(join(own, path)).mtimeMs));
  const cache = join(own, '..', 'node_modules', '.cache', 'handgrad-grade');
  const made = join(cache, `${files.length}-${Math.round(newest)}`);
  if (!existsSync(made)) make(files, made);
  return `${made}/`;
}

interface Esbuild {
  buildSync(options: object): unknown;
}

function make(files: readonly string[], made: string): void {
  const { buildSync } = createRequire(import.meta.url)('esbuild') as Esbuild;
  const staging = `${made}.${process.pid}`;
  buildSync({
    entryPoints: files.filter((path) => path.endsWith('.ts')).map((path) => join(own, path)),
    outbase: own,
    outdir: staging,
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
  });
  for (const path of files.filter((path) => path.endsWith('.py'))) {
    cpSync(join(own, path), join(staging, path));
  }
  writeFileSync(join(staging, 'package.json'), '{ "type": "module" }\n');
  try {
    renameSync(staging, made);
  } catch {
    rmSync(staging, { recursive: true, force: true }); // another process was first
  }
}
