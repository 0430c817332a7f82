import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { fileSystem } from '../../../src/export/files.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { handgrad, oneLine, root, stackLines } from '../handgrad.js';
import { writeTinySet } from '../tinySet.js';

/* Nothing that was trained is lost: each with a process of its own. */

const here = temporaryFolder();
beforeAll(() => writeTinySet(here));

const run = (save: string, iterations = '100000000') => [
  ...['train', '--data', here, '--backend', 'cpu', '--layers', '4', '--no-check'],
  ...['--iterations', iterations, '--save', save],
];
/** Once training is under way. */
const whenTraining = (act: (child: { kill(signal: NodeJS.Signals): boolean }) => void) => {
  let isDone = false;
  return {
    onStderr: (stderr: string, child: { kill(signal: NodeJS.Signals): boolean }) => {
      if (isDone || !stderr.includes('Cost after iteration 0:')) return;
      isDone = true;
      act(child);
    },
  };
};
const isModel = async (folder: string) => {
  const { userDefinedMetadata } = await fileSystem(folder).load!();
  return (userDefinedMetadata as { card: { classNames: string[] } }).card.classNames[1] === 'light';
};

describe('a folder that does not take the model at the end', () => {
  test.concurrent('the network goes beside it, its place is said, exit 1', async () => {
    const save = join(here, 'lost');
    const ended = await handgrad(run(save, '3000'), whenTraining(() => {
      rmSync(save, { recursive: true, force: true });
      writeFileSync(save, 'in the way');
    })); // biome-ignore format: one call
    expect(ended.code).toBe(1);
    expect(stackLines(ended)).toEqual([]);
    const said = ended.stderr.trimEnd().split('\n').at(-1)!;
    const [, place] =
      /lost cannot be written: a file stands where a folder should\. .* The network is in (\S+) instead\.$/.exec(
        said,
      )!;
    expect(place.startsWith(`${save}-`)).toBe(true);
    expect(await isModel(place)).toBe(true);
    expect(readFileSync(save, 'utf8')).toBe('in the way');
  });

  test.concurrent('a checkpoint that cannot be kept does not end the training', async () => {
    const save = join(here, 'unkept');
    const ended = await handgrad(
      [...run(save), '--checkpoint-every', '0.01'],
      whenTraining((child) => {
        rmSync(join(save, 'checkpoint.safetensors'), { force: true });
        rmSync(save, { recursive: true, force: true });
        writeFileSync(save, 'in the way');
        setTimeout(() => child.kill('SIGTERM'), 500);
      }),
    );
    expect(ended.code).toBe(143);
    expect(ended.stderr.match(/Training goes on without a checkpoint\./g)).toHaveLength(1);
    expect(await isModel(`${save}-stopped`)).toBe(true);
  });
});

describe('what is in the way is known before the training', () => {
  const cases: [string, (save: string) => void, RegExp][] = [
    ['a file', (save) => writeFileSync(save, ''), /a file stands where a folder should/],
    ['model.json', (save) => mkdirSync(join(save, 'model.json'), { recursive: true }), /model\.json cannot be written: it is a folder/],
    ['README.md', (save) => mkdirSync(join(save, 'README.md'), { recursive: true }), /README\.md cannot be written: it is a folder/],
    ['checkpoint', (save) => mkdirSync(join(save, 'checkpoint.safetensors'), { recursive: true }), /checkpoint\.safetensors cannot be written: it is a folder/],
    ['stopped', (save) => writeFileSync(`${save}-stopped`, ''), /-stopped cannot be written: a file stands/],
  ]; // biome-ignore format: a table
  test.concurrent.each(cases)('%s', async (name, hinder, message) => {
    const save = join(here, `hindered by ${name}`);
    hinder(save);
    expect(oneLine(await handgrad(run(save)))).toMatch(message);
  });
});

describe('signals and readers that go', () => {
  test.concurrent('a Ctrl-C that npm and the terminal both pass on is one', async () => {
    const save = join(here, 'twice');
    const ended = await handgrad(run(save), whenTraining((child) => {
      child.kill('SIGINT');
      setTimeout(() => child.kill('SIGINT'), 20);
      setTimeout(() => child.kill('SIGHUP'), 60);
    })); // biome-ignore format: one call
    expect(ended.code).toBe(130);
    expect(await isModel(`${save}-stopped`)).toBe(true);
  });

  test.concurrent('one that comes while all is loaded: 128 and its number, and nothing is left', async () => {
    const save = join(here, 'early', 'deep');
    const main = join(root, 'src', 'cli', 'main.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', main, ...run(save)], { cwd: root });
    const bit = 1n; // SIGHUP, 1, which nobody but handgrad listens to
    const caught = () =>
      /^SigCgt:\s*(\w+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))!;
    while (!(BigInt(`0x${caught()[1]}`) & bit)) await wait(2);
    child.kill('SIGHUP');
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(129);
    expect(existsSync(join(here, 'early'))).toBe(false);
  });

  test.concurrent.each(['stdout', 'stderr'] as const)('%s alone is closed', async (stream) => {
    const save = join(here, `closed ${stream}`);
    const main = join(root, 'src', 'cli', 'main.ts');
    const args = ['--import', 'tsx', main, ...run(save, stream === 'stderr' ? undefined : '300')];
    const child = spawn(process.execPath, [...args, '--json'], { cwd: root });
    child[stream].destroy();
    child[stream === 'stdout' ? 'stderr' : 'stdout'].resume();
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(141);
    // Nobody reads what it says; that nobody reads its result it learns at the end.
    expect(await isModel(stream === 'stderr' ? `${save}-stopped` : save)).toBe(true);
  });

  test.concurrent('output that a full disk does not take: the model is kept, exit 1', async () => {
    const save = join(here, 'full');
    const main = join(root, 'src', 'cli', 'main.ts');
    const command = '"$0" --import tsx "$@" > /dev/full';
    const args = [process.execPath, main, ...run(save, '50'), '--json'];
    const child = spawn('bash', ['-c', command, ...args], { cwd: root });
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(1);
    expect(stderr).toMatch(/The output could not be written: .*no space left on device/);
    expect(await isModel(save)).toBe(true);
    expect(readdirSync(save).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});
