import { readdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import jpeg from 'jpeg-js';
import { encodePng } from '../../../src/data/encodePng.js';
import { readPicture } from '../../../src/data/pictureFile.js';
import { resizePicture } from '../../../src/data/pictures.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { classesOf, rowsOf, trial } from './trial.js';

const { folder, put, readAt, failure } = trial();

const cache = temporaryFolder();
const { HANDGRAD_CACHE } = process.env;
beforeAll(() => {
  process.env.HANDGRAD_CACHE = cache;
});
afterAll(() => {
  if (HANDGRAD_CACHE === undefined) delete process.env.HANDGRAD_CACHE;
  else process.env.HANDGRAD_CACHE = HANDGRAD_CACHE;
});
const stored = () => readdirSync(join(cache, 'pictures')).filter((name) => name.endsWith('.bytes'));

/** A picture of one colour: whatever size it is given, it stays that. */
const plain = (r: number, g: number, b: number, width = 5, height = 3) =>
  encodePng({
    data: Uint8Array.from({ length: 3 * width * height }, (_, i) => [r, g, b][i % 3]),
    width,
    height,
  });
const photo = (r: number, g: number, b: number) =>
  jpeg.encode(
    {
      width: 16,
      height: 16,
      data: Buffer.from(Array.from({ length: 256 }, () => [r, g, b, 255]).flat()),
    },
    100,
  ).data;

const red = plain(200, 10, 10);
const blue = plain(10, 20, 210);
const row = (values: number[], pixels: number) =>
  Array.from({ length: pixels }, () => values).flat();

describe('a folder a class', () => {
  test('gives the pictures as bytes of squares, in the order of their names', async () => {
    put({
      'ab/red/2.png': red,
      'ab/red/1.JPG': photo(128, 128, 128),
      'ab/blue/x.png': blue,
      'ab/blue/noending': blue,
    });
    const { train, input, name, format, notes, files } = await readAt('ab', { size: 2 });
    expect([name, format]).toEqual(['ab', 'pictures']);
    expect(input).toEqual({ kind: 'pictures', height: 2, width: 2, channels: 3 });
    expect(classesOf(train)).toEqual(['blue', 'blue', 'red', 'red']);
    expect(train.take([0])).toBeInstanceOf(Uint8Array);
    expect(rowsOf(train)).toEqual(
      [
        [10, 20, 210],
        [10, 20, 210],
        [128, 128, 128],
        [200, 10, 10],
      ].map((colour) => row(colour, 4)),
    );
    expect(train.origin(3)).toBe(join(folder, 'ab/red/2.png'));
    expect(notes).toEqual([]);
    expect(files[0].bytes).toBe(red.length + 2 * blue.length + photo(128, 128, 128).length);
  });

  test('resizes as everywhere else, to 64 x 64 if nothing is said', async () => {
    const data = Uint8Array.from({ length: 90 * 70 * 3 }, (_, i) => (i * 7919) % 256);
    const noise = encodePng({ data, width: 90, height: 70 });
    put({
      'noise/a/1.png': noise,
      'noise/a/2.png': red,
      'noise/b/1.png': red,
      'noise/b/2.png': blue,
    });
    const { train } = await readAt('noise');
    const picture = await readPicture(join(folder, 'noise/a/1.png'));
    expect(train.take([0])).toEqual((await resizePicture(picture, 64, 64)).data);
  });

  test('in grey, as Pillow weighs the colours', async () => {
    put({ 'grey/a/1.png': red, 'grey/a/2.png': red, 'grey/b/1.png': blue, 'grey/b/2.png': blue });
    const { train, input } = await readAt('grey', { size: 1, grey: true });
    expect(input).toMatchObject({ channels: 1 });
    // Image.convert('L'): (299 R + 587 G + 114 B) / 1000
    expect(rowsOf(train)).toEqual([[67], [67], [39], [39]]);
  });

  test.each(['train test', 'Training Test', 'train valid'])('in the parts %s', async (names) => {
    const [first, second] = names.split(' ');
    const at = names.replace(' ', '-');
    const files = { 'a/1.png': red, 'a/2.png': red, 'b/1.png': blue, 'b/2.png': blue };
    put(
      Object.fromEntries(
        Object.entries(files).map(([name, bytes]) => [`${at}/${first}/${name}`, bytes]),
      ),
    );
    put({ [`${at}/${second}/b/9.png`]: blue, [`${at}/${second}/a/9.png`]: red });
    const data = await readAt(at, { size: 1 });
    const held = second === 'valid' ? data.validation! : data.test!;
    expect(data.train.m).toBe(4);
    expect(classesOf(held)).toEqual(['a', 'b']);
    expect(rowsOf(held)).toEqual([
      [200, 10, 10],
      [10, 20, 210],
    ]);
  });
});

describe('what is no picture', () => {
  test('is passed over if it is hidden, and else named', async () => {
    put({
      'mixed/a/1.png': red,
      'mixed/a/2.png': red,
      'mixed/b/1.png': blue,
      'mixed/b/2.png': blue,
      'mixed/.DS_Store': 'x',
      'mixed/a/._1.png': 'x',
      'mixed/b/Thumbs.db': 'x',
      'mixed/a/notes.txt': 'mine',
      'mixed/labels.csv': 'a,b',
    });
    const { train, notes } = await readAt('mixed', { size: 1 });
    expect(train.m).toBe(4);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(
      /^No pictures, and left out: .*mixed\/labels\.csv, .*mixed\/a\/notes\.txt\.$/,
    );
  });

  test('and has the name of one is refused by its name, or left out if that is wanted', async () => {
    const good = { 'a/1.png': red, 'a/2.png': red, 'b/1.png': blue, 'b/2.png': blue };
    const bad = {
      'a/cut.png': red.subarray(0, 50),
      'b/empty.jpg': '',
      'b/text.jpeg': 'no picture',
      'b/moving.gif': 'GIF89a',
    };
    put(
      Object.fromEntries(
        Object.entries({ ...good, ...bad }).map(([name, bytes]) => [`broken/${name}`, bytes]),
      ),
    );
    const said = await failure(readAt('broken', { size: 1 }));
    expect(said).toMatch(/^DataError: 4 of 8 pictures in broken cannot be read: /);
    for (const name of Object.keys(bad)) expect(said).toContain(`broken/${name}`);
    expect(said).toMatch(/skipBroken: true\.$/);
    const { train, notes } = await readAt('broken', { size: 1, skipBroken: true });
    expect(rowsOf(train)).toEqual([
      [200, 10, 10],
      [200, 10, 10],
      [10, 20, 210],
      [10, 20, 210],
    ]);
    expect(notes[0]).toMatch(/^4 broken pictures of .*: .*cut\.png/);
    expect(train.origin(2)).toBe(join(folder, 'broken/b/1.png'));
  });

  test('is named ten times at most', async () => {
    const files = Array.from({ length: 13 }, (_, i) => [`many/a/${10 + i}.png`, 'x']);
    put({ ...Object.fromEntries(files), 'many/b/1.png': blue });
    const said = await failure(readAt('many'));
    expect(said).toMatch(/^DataError: 13 of 14/);
    expect(said.match(/many\/a\/\d\d\.png/g)).toHaveLength(10);
    expect(said).toContain('And 3 more.');
  });
});

describe('a folder is refused', () => {
  test.each<[string, Record<string, string | Uint8Array>, RegExp]>([
    [
      'empty-class',
      { 'a/1.png': red, 'a/2.png': red, 'b/.keep': '' },
      /class folder empty-class\/b has no pictures\. Put pictures there, or remove/,
    ],
    [
      'one-class',
      { 'a/1.png': red, 'a/2.png': red },
      /one-class has one folder only, a\. .*two classes/,
    ],
    ['loose', { '1.png': red, '2.png': blue }, /loose has pictures, but no folders/],
    [
      'one-picture',
      { 'a/1.png': red, 'b/1.png': blue, 'b/2.png': blue },
      /class a of one-picture has one picture only/,
    ],
    [
      'deep',
      { 'a/1.png': red, 'b/c/1.png': blue },
      /deep\/b has no pictures\. It has folders of its own, such as c/,
    ],
    ['nothing', { '.keep': '' }, /folder nothing is empty/],
    [
      'documents',
      { 'a/b.txt': 'x' },
      /folder documents holds a\/, and nothing that makes a data set/,
    ],
    [
      'test-without',
      {
        'train/a/1.png': red,
        'train/a/2.png': red,
        'train/b/1.png': blue,
        'train/b/2.png': blue,
        'test/a/1.png': red,
        'test/c/1.png': red,
      },
      /test-without\/test has no folder b, which test-without\/train has/,
    ],
    [
      'test-more',
      {
        'train/a/1.png': red,
        'train/a/2.png': red,
        'train/b/1.png': blue,
        'train/b/2.png': blue,
        'test/a/1.png': red,
        'test/b/1.png': red,
        'test/c/1.png': red,
      },
      /test-more\/test has a folder c, which/,
    ],
  ])('%s', async (name, files, message) => {
    put(
      Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`${name}/${path}`, bytes])),
    );
    expect(await failure(readAt(name))).toMatch(message);
  });

  test('with a size that is none', async () => {
    put({ 'size/a/1.png': red, 'size/b/1.png': blue });
    expect(await failure(readAt('size', { size: 0 }))).toMatch(/ValueError: readData: size is 0/);
  });
});

describe('decoded pictures', () => {
  const files = {
    'kept/a/1.png': red,
    'kept/a/2.png': red,
    'kept/b/1.png': blue,
    'kept/b/2.png': blue,
  };
  const decoded = async () => {
    let pictures = 0;
    const { train } = await readAt('kept', { size: 3, onProgress: () => pictures++ });
    return { pictures, rows: rowsOf(train), train };
  };

  test('are kept as bytes, and decoded again only when a file changes', async () => {
    put(files);
    const before = stored();
    const first = await decoded();
    expect(first.pictures).toBe(4);
    const [name] = stored().filter((other) => !before.includes(other));
    expect(statSync(join(cache, 'pictures', name)).size).toBe(4 * 27);
    expect(readFileSync(join(cache, 'pictures', name)).subarray(27, 54)).toEqual(
      Buffer.from(first.rows[1]),
    );
    const second = await decoded();
    expect([second.pictures, second.rows]).toEqual([0, first.rows]);

    put({ 'kept/a/2.png': blue });
    utimesSync(join(folder, 'kept/a/2.png'), 1, 1);
    const third = await decoded();
    expect(third.pictures).toBe(4);
    expect(third.rows[1]).toEqual(first.rows[2]);
    // The samples that are in use stay those that they were.
    expect(rowsOf(second.train)).toEqual(first.rows);

    for (const kept of stored()) truncateSync(join(cache, 'pictures', kept), 50);
    expect(() => second.train.take([3])).toThrow(
      /cannot be read: it ends before sample 3\. Read the folder anew/,
    );
    expect((await decoded()).pictures).toBe(4);
  });

  test('are given as often and in the order that one asks for', async () => {
    put(files);
    const { train, rows } = await decoded();
    expect([...train.take(Int32Array.of(3, 0, 3))]).toEqual([rows[3], rows[0], rows[3]].flat());
    // What another process removes from the cache stays readable.
    rmSync(join(cache, 'pictures'), { recursive: true });
    expect([...train.take([0])]).toEqual(rows[0]);
  });

  test('that are stopped leave nothing behind', async () => {
    put(files);
    rmSync(join(cache, 'pictures'), { recursive: true, force: true });
    const signal = AbortSignal.abort();
    expect(await failure(readAt('kept', { signal }))).toMatch(
      /^AbortError: Reading .*kept was stopped/,
    );
    expect(readdirSync(join(cache, 'pictures'))).toEqual([]);
  });

  test('need a folder that can be written', async () => {
    put({ file: 'x' });
    process.env.HANDGRAD_CACHE = join(folder, 'file');
    expect(await failure(readAt('kept'))).toMatch(
      /cannot be kept in .*HANDGRAD_CACHE names another/,
    );
    process.env.HANDGRAD_CACHE = cache;
  });
});
