import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { encodePng } from '../../../src/data/encodePng.js';
import { trim } from '../../../src/data/pictureFolder/trim.js';
import { readData } from '../../../src/data/readData.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { rowsOf } from '../formats/trial.js';

const folder = temporaryFolder();
const { HANDGRAD_CACHE, HANDGRAD_CACHE_LIMIT } = process.env;
afterAll(() => {
  for (const [name, value] of Object.entries({ HANDGRAD_CACHE, HANDGRAD_CACHE_LIMIT })) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

describe('the cache', () => {
  let cache: string;
  let count = 0;
  beforeEach(() => {
    cache = join(folder, `cache${++count}`);
    mkdirSync(cache);
  });
  /** A part of 100 bytes, 90 of them pictures, that was used some minutes ago. */
  const part = (name: string, minutes: number) => {
    writeFileSync(join(cache, `${name}.bytes`), Buffer.alloc(90));
    writeFileSync(join(cache, `${name}.bytes.json`), Buffer.alloc(10));
    const made = new Date(Date.now() - 1e6 * 60_000);
    utimesSync(join(cache, `${name}.bytes`), made, made);
    const used = new Date(Date.now() - minutes * 60_000);
    utimesSync(join(cache, `${name}.bytes.json`), used, used);
  };

  test.each([
    [1000, ['a', 'b', 'c', 'd']],
    [400, ['a', 'b', 'c', 'd']],
    [399, ['a', 'c', 'd']],
    [200, ['c', 'd']],
    [99, []],
    [0, []],
  ])('of %d bytes keeps what was used last', async (limit, left) => {
    part('a', 3);
    part('b', 4);
    part('c', 1);
    part('d', 2);
    await trim(cache, limit);
    expect(readdirSync(cache).sort()).toEqual(
      left.flatMap((name) => [`${name}.bytes`, `${name}.bytes.json`]),
    );
  });

  test('leaves what is being written, and clears what was left a day ago', async () => {
    writeFileSync(join(cache, 'a.bytes.1-2-3'), 'now');
    writeFileSync(join(cache, 'b.bytes.1-2-3'), 'long ago');
    const before = new Date(Date.now() - 25 * 60 * 60_000);
    utimesSync(join(cache, 'b.bytes.1-2-3'), before, before);
    await trim(cache, 0);
    expect(readdirSync(cache)).toEqual(['a.bytes.1-2-3']);
  });

  test('that is not there is none', async () => {
    await expect(trim(join(folder, 'nowhere'), 0)).resolves.toBeUndefined();
  });
});

describe('folders of pictures', () => {
  const cache = join(folder, 'shared');
  const pictures = join(cache, 'pictures');
  /** Two classes of three grey pictures, 6 · 4 · 4 · 3 = 288 bytes: a folder's name says which grey. */
  const size = 288;
  const put = (name: string, greys: readonly number[]) => {
    for (const grey of greys) {
      for (const i of [0, 1, 2]) {
        const path = join(folder, name, String(grey), `${i}.png`);
        mkdirSync(dirname(path), { recursive: true });
        const data = new Uint8Array(3 * 16).fill(grey);
        writeFileSync(path, encodePng({ data, width: 4, height: 4 }));
      }
    }
    return join(folder, name);
  };
  beforeAll(() => {
    process.env.HANDGRAD_CACHE = cache;
  });
  const kept = () => readdirSync(pictures).filter((name) => name.endsWith('.bytes'));

  test('push out those that were used least recently; what is in use stays readable', async () => {
    process.env.HANDGRAD_CACHE_LIMIT = '1000000';
    const read = async (path: string) => {
      let decoded = 0;
      const { train } = await readData(path, { size: 4, onProgress: () => decoded++ });
      return { train, decoded };
    };
    const [a, b, c] = [put('a', [1, 2]), put('b', [3, 4]), put('c', [5, 6])];
    const first = await read(a);
    const [ofA] = kept();
    const whole = statSync(join(pictures, ofA)).size;
    expect(whole).toBe(size);
    await read(b);
    // Long ago, a before b; then a is used again.
    for (const name of readdirSync(pictures)) {
      const time = name.startsWith(ofA) ? 1000 : 2000;
      utimesSync(join(pictures, name), time, time);
    }
    expect((await read(a)).decoded).toBe(0);
    process.env.HANDGRAD_CACHE_LIMIT = String(3 * size); // with what they are, two and no three
    expect((await read(c)).decoded).toBe(6);
    expect(kept().length).toBe(2);
    expect((await read(a)).decoded).toBe(0);
    expect((await read(b)).decoded).toBe(6);

    process.env.HANDGRAD_CACHE_LIMIT = '0';
    const last = await readData(put('d', [7, 8]), { size: 4 });
    expect(readdirSync(pictures)).toEqual([]);
    expect(last.notes.at(-1)).toMatch(
      /more than the 0\.00 GiB that the cache keeps.*HANDGRAD_CACHE_LIMIT/,
    );
    for (const [set, greys] of [
      [first.train, [1, 2]],
      [last.train, [7, 8]],
    ] as const) {
      expect(rowsOf(set)).toEqual(
        greys.flatMap((grey) => Array.from({ length: 3 }, () => new Array(48).fill(grey))),
      );
    }
  });

  test('of two processes that make room for each other are read right', async () => {
    const child = fileURLToPath(new URL('./cacheChild.ts', import.meta.url));
    const folders = [put('e', [10, 11]), put('f', [12, 13])];
    const env = {
      ...process.env,
      HANDGRAD_CACHE: join(folder, 'two'),
      HANDGRAD_CACHE_LIMIT: String(size + 200), // one of the two
    };
    const ended = folders.map(
      (path) =>
        new Promise<string>((done) => {
          const run = spawn(process.execPath, ['--import', 'tsx', child, path, '60'], { env });
          let said = '';
          run.stderr.on('data', (text) => {
            said += text;
          });
          run.on('close', (code) => done(`${code}${said}`));
        }),
    );
    expect(await Promise.all(ended)).toEqual(['0', '0']);
    expect(existsSync(join(folder, 'two', 'pictures'))).toBe(true);
    const left = readdirSync(join(folder, 'two', 'pictures'));
    expect(left.filter((name) => name.endsWith('.bytes')).length).toBeLessThanOrEqual(1);
  }, 60_000);
});
