// npm run build: what is published, in dist/. TypeScript compiles src/; then the libraries of src/vendor,
// which only the build needs, are bundled into the files that ask for them, dist/sbom.cdx.json lists all
// parts, and what Python runs is copied.

import { spawnSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sbomOf } from './build/sbom.js';
import { bundleVendor } from './build/vendor.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
const bundled = await bundleVendor(root);
writeFileSync(join(dist, 'sbom.cdx.json'), sbomOf(root, bundled));
const python = join('oracle', 'python');
cpSync(join(root, 'src', python), join(dist, python), {
  recursive: true,
  filter: (path) => !/\.ts$|__pycache__/.test(path),
});
