import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { RandomState } from '../../../src/core/random.js';
import { encodePng } from '../../../src/data/encodePng.js';
import { decodeCheckpoint } from '../../../src/training/checkpoint.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { type Ended, handgrad, oneLine, stackLines } from '../handgrad.js';

/*
 * A run with everything on that is stopped, politely and by kill -9, and goes on each time, ends with
 * the bytes of one that was never stopped.
 */

const here = temporaryFolder();
const table = join(here, 'table.csv');
const pictures = join(here, 'pictures');
const random = new RandomState(1);

function writeTable(): void {
  const rows = Array.from({ length: 240 }, () => {
    const [a, b, c] = random.randn(3);
    return [a, b, c, a * b + c > 0 ? 'above' : 'below'].join(',');
  });
  writeFileSync(table, `${['a,b,c,side', ...rows].join('\n')}\n`);
}

/** Light ones and dark ones. */
function writePictures(): void {
  const side = 12;
  for (const [name, light] of [
    ['dark', 0],
    ['light', 50],
  ] as const) {
    mkdirSync(join(pictures, name), { recursive: true });
    for (let i = 0; i < 60; i++) {
      const data = Uint8Array.from(random.randint(0, 200, side * side * 3), (x) => x + light);
      writeFileSync(
        join(pictures, name, `${i}.png`),
        encodePng({ data, width: side, height: side }),
      );
    }
  }
}

const common = [
  ...['--optimizer', 'adam', '--schedule', 'cosine', '--dropout', '0.2', '--l2', '0.01'],
  ...['--batch-size', '8', '--validation', '0.2', '--patience', '400', '--seed', '3'],
  ...['--backend', 'wasm', '--no-check', '--checkpoint-every', '0.05'],
];

const runs: Record<string, readonly string[]> = {
  'rows of a table': ['--data', table, '--layers', '12,6', '--epochs', '900', ...common],
  'pictures, changed each epoch': [
    ...['--data', pictures, '--size', '12', '--network', 'dense', '--layers', '12,6'],
    ...['--augment', 'flip,shift,brightness', '--epochs', '130', ...common],
  ],
};

/**
 * A run that gets a signal at some moment of its training, or is left alone: some milliseconds behind so many
 * costs, because the next run may be many times as fast as the one before it.
 */
function train(
  args: readonly string[],
  signal?: NodeJS.Signals,
  { costs, ms } = { costs: 0, ms: 0 },
): Promise<Ended> {
  let isTimed = signal === undefined;
  return handgrad(['train', ...args], {
    env: { HANDGRAD_CACHE: join(here, 'cache') },
    onStderr: (said, child) => {
      if (isTimed || !/^Plan: /m.test(said)) return;
      if ((said.match(/^Cost after /gm) ?? []).length < costs) return;
      isTimed = true;
      setTimeout(() => child.kill(signal), ms);
    },
  });
}

const checkpoint = (folder: string) => join(folder, 'checkpoint.safetensors');
const weights = (folder: string) => readFileSync(join(folder, 'weights.bin'));

beforeAll(() => {
  writeTable();
  writePictures();
});

describe('stopped four times, the weights are the same bytes', () => {
  test.each(Object.entries(runs))(
    '%s',
    async (name, args) => {
      const [whole, folder] = ['whole', 'stopped'].map((what) =>
        join(here, `${name.split(' ')[0]}-${what}`),
      );
      const alone = await train([...args, '--save', whole]);
      expect(alone.code).toBe(0);
      const seconds = Number(/^Trained in ([\d.]+) s/m.exec(alone.stderr)![1]);
      const first = [...args, '--save', folder];
      for (const signal of ['SIGTERM', 'SIGKILL', 'SIGKILL', 'SIGTERM'] as const) {
        const goesOn = existsSync(checkpoint(folder));
        const [costs] = random.randint(0, 3, 1); // of 25
        const when = { costs, ms: 20 * seconds * random.rand(1)[0] };
        const ended = await train(goesOn ? ['--resume', folder] : first, signal, when);
        // 128 + 15 of SIGTERM; kill -9 leaves no code.
        const code = signal === 'SIGTERM' ? 143 : null;
        if (ended.code !== code) throw new Error(`Exit ${ended.code}: ${ended.stderr}`);
        expect(stackLines(ended)).toEqual([]);
        expect(existsSync(join(folder, 'weights.bin'))).toBe(false);
        if (!existsSync(checkpoint(folder))) continue;
        // Whole, or not there.
        const { checkpoint: kept } = decodeCheckpoint(readFileSync(checkpoint(folder)), folder);
        expect(kept).toMatchObject({ isDone: false });
      }
      const last = await train(['--resume', folder]);
      expect(last.code).toBe(0);
      expect(weights(folder).equals(weights(whole))).toBe(true);
      expect(existsSync(checkpoint(folder))).toBe(false);
      expect(cardOf(folder)).toEqual(cardOf(whole));
    },
    120_000,
  );
});

/** What is known of a run, but for where it is. */
function cardOf(folder: string): object {
  const card = JSON.parse(readFileSync(join(folder, 'card.json'), 'utf8'));
  expect(Object.keys(card.costs).length).toBeGreaterThan(3);
  return card;
}

describe('what cannot go on says so, and changes nothing', () => {
  const folder = join(here, 'kept');
  beforeAll(async () => {
    const args = [...runs['rows of a table'], '--save', folder];
    expect((await train(args, 'SIGTERM', { costs: 0, ms: 300 })).code).toBe(143);
  });

  const refused = async (args: readonly string[]) => {
    const before = readFileSync(checkpoint(folder));
    const ended = await train(args);
    expect(stackLines(ended)).toEqual([]);
    expect(readFileSync(checkpoint(folder)).equals(before)).toBe(true);
    expect(existsSync(join(folder, 'weights.bin'))).toBe(false);
    return ended;
  };

  test('other options, by name', async () => {
    const ended = await refused(['--resume', folder, '--batch-size', '4']);
    expect(oneLine(ended)).toBe(
      '--resume goes on with the options that the run began with. Leave out --batch-size.',
    );
  });

  test('other data', async () => {
    const before = readFileSync(table);
    writeFileSync(table, `${before}0.5,0.5,0.5,above\n`);
    const ended = await refused(['--resume', folder]);
    writeFileSync(table, before);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr.trimEnd().split('\n').at(-1)).toBe(
      `The data have changed since the run began: ${table}. Put the files back, or begin anew without --resume.`,
    );
  });

  test('a checkpoint that is cut off', async () => {
    const half = join(here, 'half');
    mkdirSync(half);
    writeFileSync(checkpoint(half), readFileSync(checkpoint(folder)).subarray(0, 900));
    const said = oneLine(await refused(['--resume', half]));
    expect(said).toMatch(
      /checkpoint\.safetensors is no safetensors file: .* Get or save it again\.$/,
    );
  });
});
