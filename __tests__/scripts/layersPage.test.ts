import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { layersPage } from '../../scripts/layers-page.js';
import * as layers from '../../src/core/layers.js';

const page = layersPage();

test('docs/layers.md is what the docstrings say: npm run docs:layers', () => {
  expect(readFileSync(new URL('../../docs/layers.md', import.meta.url), 'utf8')).toBe(page);
});

test('every layer has its equations forward and backward, or says what it is made of', () => {
  for (const kind of Object.keys(layers)) {
    const section = page.split(`### ${kind}\n`)[1].split('\n#')[0];
    expect(section).toMatch(kind === 'transformerBlock' ? /attention/ : /dX|dA_prev|dE/);
    expect(section).toContain('Source: ');
  }
});
