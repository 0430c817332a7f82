import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import {
  type BackendName,
  backendNames,
  backends,
  useBackend,
} from '../../src/runtime/backends.js';
import { needing } from '../support/needs.js';
import {
  bindingOf,
  projectWhereTfjsNodeIs,
  realBinding,
  removeTemporaryFolders,
  runIn,
} from './fixture.js';

afterAll(removeTemporaryFolders);

describe('each backend', () => {
  for (const name of backendNames) {
    needing('native', name !== 'native' || existsSync(realBinding)).test(name, async () => {
      const backend = await useBackend(name);
      expect(backend.name).toBe(name);
      expect(tf.getBackend()).toBe(backends[name].tfjsName);
      expect(backend.versions.tfjs).toBe(tf.version_core);
      expect(backend.description).toContain(backend.versions.tfjs);
      // C_ij = i + 10 j for A = (i, 1) and B = (1; 10 j)
      const C = tf.matMul(
        tf.tensor2d([0, 1, 1, 1, 2, 1], [3, 2]),
        tf.tensor2d([1, 1, 0, 10], [2, 2]),
      );
      expect(Array.from(await C.data())).toEqual([0, 10, 1, 11, 2, 12]);
      C.dispose();
    });
  }

  test('a name that nobody has is refused with the names that there are', async () => {
    await expect(useBackend('cuda' as BackendName)).rejects.toThrow(
      'There is no backend called cuda. Use one of auto, native, wasm, cpu, float64.',
    );
    await expect(useBackend('constructor' as BackendName)).rejects.toThrow(
      'There is no backend called constructor.',
    );
  });
});

describe('what suits the work', () => {
  test('auto tries what it is told to try first', async () => {
    expect((await useBackend('auto', { first: 'wasm' })).name).toBe('wasm');
    expect((await useBackend('cpu', { first: 'wasm' })).name).toBe('cpu');
  });

  const title = 'native TensorFlow takes as many threads as are asked for, once';
  needing('native', existsSync(realBinding)).test(title, async () => {
    const code = `
      const { useBackend } = await import('./src/runtime/backends.ts');
      const said = [];
      for (const threads of [3, 1]) said.push((await useBackend('native', { threads })).description);
      console.log(JSON.stringify([...said, process.env.TF_ENABLE_ONEDNN_OPTS]));`;
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const oneDnn = { TF_ENABLE_ONEDNN_OPTS: undefined };
    const untold = { TF_NUM_INTRAOP_THREADS: '', TF_NUM_INTEROP_THREADS: '', ...oneDnn };
    const said = JSON.parse((await runIn(root, code, untold)).stdout);
    expect(said[0]).toMatch(/^native TensorFlow .*threads 3\)$/);
    expect(said[1]).toBe(said[0]);
    const told = JSON.parse(
      (await runIn(root, code, { TF_NUM_INTRAOP_THREADS: '2', ...oneDnn })).stdout,
    );
    expect(told[0]).toContain('threads 2');
    // Not left to the processor.
    if (process.arch === 'x64') expect([said[2], told[2]]).toEqual(['1', '1']);
  });
});

const all = availableParallelism();
needing('native', existsSync(realBinding)).test.each([
  ['threads, and operations at a time', '{ threads: 3, operations: 2 }', {}, '3, operations 2'],
  ['operations share the cores', '{ operations: 1 }', {}, all > 1 ? `${all}, operations 1` : '1'],
  ['more of them than cores', '{ operations: 1000 }', {}, '1, operations 1000'],
  ['as many as threads', '{ threads: 3 }', {}, '3'],
  ['the environment comes first', '{ operations: 2 }', { TF_NUM_INTRAOP_THREADS: '7' }, '7'],
])('%s', async (_, preference, told, expected) => {
  const code = `
    const { useBackend } = await import('./src/runtime/backends.ts');
    const { description } = await useBackend('native', ${preference});
    console.log(JSON.stringify(description));`;
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const untold = { TF_NUM_INTRAOP_THREADS: undefined, TF_NUM_INTEROP_THREADS: undefined };
  const { stdout } = await runIn(root, code, { ...untold, ...told });
  expect(JSON.parse(stdout)).toMatch(new RegExp(`threads ${expected}\\)$`));
});

/** Tries backends one after another, and prints what came of each as JSON. */
const attempt = (...names: string[]) => `
  const tf = await import('@tensorflow/tfjs-core');
  const { useBackend } = await import('./src/runtime/backends.ts');
  const { BackendError } = await import('./src/core/errors.ts');
  const answers = [];
  for (const name of ${JSON.stringify(names)}) {
    try {
      answers.push((await useBackend(name)).name);
      tf.tensor1d([1, 2]).dispose();
    } catch (error) {
      answers.push([error instanceof BackendError, error.message]);
    }
  }
  answers.push(tf.getGradient('BatchMatMul') === undefined && tf.getGradient('Add') === undefined);
  console.log(JSON.stringify(answers));`;

describe('without a native backend', () => {
  const silent = (answers: unknown[]) => ({
    code: 0,
    stderr: '',
    stdout: `${JSON.stringify(answers)}\n`,
  });

  test('tfjs-node is not installed: native says how to get it, auto takes WASM, no gradients come in', async () => {
    const project = projectWhereTfjsNodeIs('absent');
    const message =
      'The native backend needs @tensorflow/tfjs-node, which is not installed. Run "npm run setup".';
    expect(await runIn(project, attempt('native', 'auto', 'cpu', 'wasm'))).toEqual(
      silent([[true, message], 'wasm', 'cpu', 'wasm', true]),
    );
  });

  test('its binding is not built', async () => {
    const project = projectWhereTfjsNodeIs('unbuilt');
    const message =
      'The TensorFlow binding of @tensorflow/tfjs-node is not built on this machine. Run "npm run setup".';
    expect(await runIn(project, attempt('native', 'auto'))).toEqual(
      silent([[true, message], 'wasm', true]),
    );
  });

  test('its binding is no library: nothing of tfjs-node is registered', async () => {
    const project = projectWhereTfjsNodeIs('unbuilt');
    mkdirSync(dirname(bindingOf(project)), { recursive: true });
    writeFileSync(bindingOf(project), 'not a library');
    const { stdout, stderr } = await runIn(project, attempt('native', 'auto'));
    expect(stderr).toBe('');
    const [[isBackendError, message], automatic, noGradients] = JSON.parse(stdout);
    expect(isBackendError).toBe(true);
    expect(message).toMatch(/does not load: .*tfjs_binding\.node.* Run "npm run setup"/);
    expect([automatic, noGradients]).toEqual(['wasm', true]);
  });
});
