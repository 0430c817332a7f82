import { existsSync } from 'node:fs';
import { afterAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '../../src/runtime/backends.js';
import { diagnose } from '../../src/runtime/doctor.js';
import { version } from '../../src/version.js';
import {
  programs,
  projectWhereTfjsNodeIs,
  realBinding,
  removeTemporaryFolders,
  runIn,
} from './fixture.js';

afterAll(removeTemporaryFolders);

test('tries every backend without touching the one in use', async () => {
  await useBackend('cpu');
  const { node, handgrad, backends, missing } = await diagnose();
  expect(tf.getBackend()).toBe('cpu');
  expect(tf.engine().registryFactory).not.toHaveProperty('tensorflow');
  expect({ node, handgrad }).toEqual({ node: process.versions.node, handgrad: version });
  expect(backends.wasm).toEqual({ works: true, tfjs: tf.version_core });
  expect(backends.cpu).toEqual({ works: true, tfjs: tf.version_core });
  expect(backends.native.works).toBe(existsSync(realBinding));
  expect(missing.length === 0).toBe(backends.native.works);
});

test('says what keeps native from working, and the tools that its cure needs first', async () => {
  const project = projectWhereTfjsNodeIs('unbuilt');
  const report = `
    const { diagnose } = await import('./src/runtime/doctor.ts');
    console.log(JSON.stringify(await diagnose()));`;
  const { stdout, stderr } = await runIn(project, report, { PATH: programs({}) });
  expect(stderr).toBe('');
  const { backends, missing } = JSON.parse(stdout);
  expect(backends.native).toEqual({
    works: false,
    why: 'The TensorFlow binding of @tensorflow/tfjs-node is not built on this machine.',
    cure: 'Run "npm run setup".',
  });
  expect(backends.wasm.works).toBe(true);
  const what = missing.map((entry: { what: string }) => entry.what);
  expect(what[0]).toBe('python3');
  expect(what.at(-1)).toBe('native backend');
  for (const { cure } of missing) expect(cure).toMatch(/^(Install|Run) .*\.$/);
});
