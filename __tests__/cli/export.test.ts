import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Format } from '../../src/export/format.js';
import * as formats from '../../src/export/formats/index.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { handgrad, oneLine, root, stackLines } from './handgrad.js';

const here = temporaryFolder();
const model = join(root, 'models', 'cat');
const all: Format[] = Object.values(formats);

test.concurrent.each([formats.safetensors, formats.tfjsLayers] as Format[])(
  '--to $name',
  async ({ name, extension = '' }) => {
    const path = join(here, 'new', `cat-${name}${extension}`);
    const { code, stdout, stderr } = await handgrad([
      'export',
      '--model',
      model,
      '--to',
      name,
      path,
    ]);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '',
      stderr: `Exported: ${path}\n`,
    });
    // 245,973 parameters of four bytes are in it.
    const file = extension === '' ? join(path, 'weights.bin') : path;
    expect(readFileSync(file).length).toBeGreaterThanOrEqual(4 * 245_973);
  },
);

test.concurrent('--json, and a model of the package by its name', async () => {
  const path = join(here, 'j.onnx');
  const cat = join('models', 'cat');
  const args = ['export', '--model', cat, '--to', 'onnx', path, '--json'];
  const { code, stdout, stderr } = await handgrad(args, { cwd: here });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({ model: cat, format: 'onnx', path });
  expect(existsSync(path)).toBe(true);
});

test.concurrent('--help names every format, and how its path ends', async () => {
  const { code, stdout } = await handgrad(['export', '--help']);
  expect(code).toBe(0);
  for (const { name, extension = 'a folder', title } of all) {
    const row = stdout.split('\n').find((line) => line.trim().split(/ {2,}/)[0] === name);
    expect(row?.trim().split(/ {2,}/)).toEqual([name, extension, title]);
  }
});

describe('a command line that is wrong: exit 2, and nothing is written', () => {
  test.concurrent.each([
    [`--model ${model} m.onnx`, /required option '--to <format>' not specified/],
    [`--model ${model} --to pickle m.pkl`, /'pickle' is invalid\. Choose from keras, .*npz, onnx/],
    [`--model ${model} --to keras-weights m.h5`, /ends in \.weights\.h5; m\.h5 does not/],
  ])('%s', async (line, message) => {
    const folder = join(here, `wrong ${line.length}`);
    mkdirSync(folder);
    const ended = await handgrad(['export', ...line.split(' ')], { cwd: folder });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(message);
    expect(stackLines(ended)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('what cannot be done: exit 1, one line, and nothing is written', () => {
  test.concurrent('no such model', async () => {
    const path = join(here, 'none.npz');
    const absent = join(here, 'absent');
    const line = oneLine(await handgrad(['export', '--model', absent, '--to', 'npz', path]));
    expect(line).toMatch(`There is no model folder ${absent}.`);
    expect(existsSync(path)).toBe(false);
  });

  test.concurrent('a folder in the place of the file', async () => {
    const path = join(here, 'folder.npz');
    mkdirSync(path);
    const line = oneLine(await handgrad(['export', '--model', model, '--to', 'npz', path]));
    expect(line).toMatch(`${path} cannot be written: `);
    expect(readdirSync(here).filter((name) => name.startsWith('folder.npz'))).toHaveLength(1);
  });
});
