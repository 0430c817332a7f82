import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { handgrad, oneLine, root } from '../cli/handgrad.js';
import { needing, shared } from '../support/needs.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

/*
 * The command line on files that were made to do harm: exit 1 and one line, or an answer. What else they
 * take is measured in bounds.test.ts, on files of the same kinds.
 */

const hostile = join(shared, 'hostile', 'data');
const withHostile = needing('shared', existsSync(hostile));
const here = temporaryFolder();
const cat = join(root, 'models', 'cat');
const at = (name: string) => join(hostile, name);

withHostile.test.each<[string, RegExp]>([
  ['u0.npz', /of texts without a character/],
  ['u0-1000000000.npz', /of texts without a character/],
  ['zeros-252MiB.npz', /unpacks to 265 MB, where 32 MB are allowed/],
  ['deep-10000.safetensors', /nests deeper than 100 brackets/],
  ['units-deep', /nests deeper than 100 brackets/],
  ['card-height-object', /height of its preprocessing is an object/],
  ['class-name-object', /of the class an object/],
  ['nan-weights', /holds NaN in W1/],
])('import of %s', async (name, says) => {
  const save = join(here, name);
  expect(oneLine(await handgrad(['import', at(name), '--save', save]))).toMatch(says);
  expect(existsSync(save)).toBe(false);
});

withHostile.test.each<[string, RegExp]>([
  ['u0.npy', /of texts without a character/],
  ['npy-hang-7534.npy', /of texts without a character/],
])('predict on %s', async (name, says) => {
  expect(oneLine(await handgrad(['predict', '--model', cat, at(name)]))).toMatch(says);
});

withHostile.test.each<[string, RegExp]>([
  ['thin-1x50000000.png', /65535 is the limit for a side/],
  ['scans-1000x1000-10000.jpg', /come in 10000 scans/],
])('predict on %s', async (name, says) => {
  const { code, stderr } = await handgrad(['predict', '--model', cat, at(name)]);
  expect(code).toBe(1);
  expect(stderr).toMatch(says);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

withHostile.test('predict on bomb-50MP-1bit.png: an answer', async () => {
  const { code, stderr } = await handgrad(['predict', '--model', cat, at('bomb-50MP-1bit.png')]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

withHostile.test('NaN is no class', async () => {
  const picture = join(here, 'picture.png');
  const bytes = readFileSync(join(root, 'docs/pages/check-light-390.png'));
  writeFileSync(picture, bytes);
  const ended = await handgrad(['predict', '--model', at('nan-weights'), picture]);
  expect(oneLine(ended)).toMatch(/holds NaN in W1/);
});

withHostile.test('class names without their escape codes, in colour too', async () => {
  const picture = join(here, '\u001b[31mred\u001b[0m.png');
  writeFileSync(picture, readFileSync(join(root, 'docs/pages/check-light-390.png')));
  for (const FORCE_COLOR of ['0', '1']) {
    const args = ['predict', '--model', at('ansi-classes'), picture];
    const { code, stdout, stderr } = await handgrad(args, { env: { FORCE_COLOR } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(stdout).toContain('?[31mred?[0m.png');
  }
});

test('what is no regular file is refused at once: devices, pipes, folders, and links to them', async () => {
  execFileSync('mkfifo', [join(here, 'pipe.npz')]);
  mkdirSync(join(here, 'folder.npz'));
  symlinkSync('/dev/zero', join(here, 'zero.npz'));
  symlinkSync(join(here, 'pipe.npz'), join(here, 'link.npz'));
  for (const [name, says] of [
    ['zero.npz', /is a device, and no file/],
    ['pipe.npz', /is a pipe, and no file/],
    ['link.npz', /is a pipe, and no file/],
    ['folder.npz', /does not exist/],
  ] as const) {
    const ended = await handgrad(['import', join(here, name), '--save', join(here, 'm')]);
    expect(oneLine(ended)).toMatch(says);
  }
  const model = join(here, 'device');
  mkdirSync(model);
  writeFileSync(join(model, 'model.json'), readFileSync(join(cat, 'model.json')));
  symlinkSync('/dev/zero', join(model, 'weights.bin'));
  const ended = await handgrad(['import', model, '--save', join(here, 'm')]);
  expect(oneLine(ended)).toMatch(/weights\.bin is a device, and no file/);
  const training = await handgrad([
    'train',
    '--data',
    join(here, 'pipe.npz'),
    '--save',
    join(here, 'm'),
  ]);
  expect(oneLine(training)).toMatch(/is a pipe, and no file/);
});

test('what would be too much is read where the user says so', async () => {
  const file = at('zeros-252MiB.npz');
  if (!existsSync(file)) return;
  const args = ['import', file, '--save', join(here, 'zeros')];
  const ended = await handgrad(args, { env: { HANDGRAD_MEMORY: '270MB' } });
  expect(oneLine(ended)).not.toMatch(/allowed for its size/);
  const wrong = await handgrad(args, { env: { HANDGRAD_MEMORY: 'much' } });
  expect(oneLine(wrong)).toMatch(/HANDGRAD_MEMORY is 'much'; give a size, such as 500MB or 4GiB/);
});
