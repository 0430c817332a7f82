import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { sbomOf } from '../../scripts/build/sbom.js';
import { root } from '../../scripts/package/install.js';

const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const bom = JSON.parse(sbomOf(root, ['katex@0.19.1', 'acorn@8.19.0']));
const names: string[] = bom.components.map(
  (component: { 'bom-ref': string }) => component['bom-ref'],
);

test('every dependency is listed, with its version; what only develops is not', () => {
  for (const [name, version] of Object.entries(dependencies)) {
    expect(names).toContain(`${name}@${version}`);
  }
  // What tfjs-core brings along: the tree of npm ls --omit=dev.
  expect(names).toEqual(expect.arrayContaining(['node-fetch@2.6.13', 'seedrandom@3.0.5']));
  for (const name of names) expect(name).not.toMatch(/^(jest|typescript|vite|@tensorflow\/tfjs)@/);
  expect(new Set(names).size).toBe(names.length);
});

test('what is bundled is listed too, once', () => {
  expect(names.filter((name) => /^(katex|acorn)@/.test(name)).sort()).toEqual([
    'acorn@8.19.0',
    'katex@0.19.1',
  ]);
});

// CycloneDX 1.5: each component has a hash, a licence and a purl; dependencies name components.
test('each part has its hash, its licence and its address, and the graph is whole', () => {
  expect([bom.bomFormat, bom.specVersion]).toEqual(['CycloneDX', '1.5']);
  expect(bom.metadata.component).toMatchObject({ name: 'handgrad', 'bom-ref': 'handgrad@0.1.0' });
  for (const { hashes, licenses, purl } of bom.components) {
    expect(hashes[0]).toMatchObject({
      alg: 'SHA-512',
      content: expect.stringMatching(/^\w{128}$/),
    });
    expect(licenses).toHaveLength(1);
    expect(purl).toMatch(/^pkg:npm\//);
  }
  const refs = new Set([...names, 'handgrad@0.1.0']);
  for (const { ref, dependsOn } of bom.dependencies) {
    expect([ref, ...dependsOn].filter((name: string) => !refs.has(name))).toEqual([]);
  }
});

test('the same lock file gives the same bytes', () => {
  expect(JSON.parse(sbomOf(root, ['katex@0.19.1', 'acorn@8.19.0']))).toEqual(bom);
});
