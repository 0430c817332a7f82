// npm run sbom: builds, and prints what the published package is made of (CycloneDX, JSON): dist/sbom.cdx.json.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

await import('./build.js');
process.stdout.write(
  readFileSync(fileURLToPath(new URL('../dist/sbom.cdx.json', import.meta.url)), 'utf8'),
);
