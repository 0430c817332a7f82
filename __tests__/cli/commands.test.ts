import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { commands } from '../../src/cli/commands.js';
import { activationNames, lossNames, optimizerNames } from '../../src/cli/names.js';
import * as activations from '../../src/core/activations.js';
import * as losses from '../../src/core/losses.js';
import * as optimizers from '../../src/core/optimizers.js';
import { backendNames } from '../../src/runtime/backendNames.js';
import { backends } from '../../src/runtime/backends.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { handgrad, root } from './handgrad.js';

test('every file of commands/ is a command', () => {
  const files = readdirSync(join(root, 'src', 'cli', 'commands'));
  const asFile = (name: string) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
  expect(files.map((name) => name.replace('.ts', '')).sort()).toEqual(
    Object.keys(commands).map(asFile).sort(),
  );
});

test('the names that can be asked for are those of the modules', () => {
  expect([...activationNames].sort()).toEqual(Object.keys(activations));
  expect([...lossNames].sort()).toEqual(Object.keys(losses));
  expect([...optimizerNames].sort()).toEqual(Object.keys(optimizers));
  expect(backendNames).toEqual(Object.keys(backends));
});

describe('--help, --version and a typo load neither TensorFlow.js nor any other heavy package', () => {
  const heavy = /node_modules\/(@tensorflow|katex|pica|vega|highlight\.js|h5wasm|protobufjs)/;
  const here = temporaryFolder();
  /** The scripts that ran, as V8 counts them. */
  const loaded = async (line: string) => {
    const folder = join(here, line);
    await handgrad(line.split(' '), { env: { NODE_V8_COVERAGE: folder } });
    const urls = readdirSync(folder).flatMap((name) =>
      JSON.parse(readFileSync(join(folder, name), 'utf8')).result.map(
        ({ url }: { url: string }) => url,
      ),
    );
    return urls.filter((url) => heavy.test(url));
  };

  const light = Object.keys(commands).filter((name) => !['export', 'import'].includes(name));
  test.concurrent.each([
    '--help',
    '--version',
    'trian',
    'train --iterations 0',
    ...light.map((name) => `${name} --help`),
  ])('%s', async (line) => {
    expect(await loaded(line)).toEqual([]);
  });

  // Their help lists the formats, each of which says in its own file what it is.
  test.concurrent('the probe sees what export --help loads', async () => {
    expect((await loaded('export --help')).join()).toContain('@tensorflow/tfjs-core');
  });
});
