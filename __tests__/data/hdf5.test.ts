import { afterEach, describe, expect, jest, test } from '@jest/globals';
import h5wasm, { type File } from 'h5wasm';
import { DataError } from '../../src/core/errors.js';
import { readPictureFile, writePictureFile } from '../../src/data/hdf5.js';
import { writeInMemory } from '../../src/data/hdf5Memory.js';
import type { PictureSet } from '../../src/data/pictureSet.js';

const set: PictureSet = {
  pictures: Uint8Array.from({ length: 3 * 2 * 4 * 3 }, (_, i) => i * 3),
  labels: Uint8Array.of(1, 0, 1),
  m: 3,
  height: 2,
  width: 4,
  channels: 3,
  classes: ['other', 'cat'],
};

type DatasetArguments = Parameters<File['create_dataset']>[0];

const good: Record<string, Omit<DatasetArguments, 'name'> | undefined> = {
  test_set_x: { data: set.pictures, shape: [3, 2, 4, 3] },
  test_set_y: { data: BigInt64Array.of(1n, 0n, 1n), shape: [3] },
  list_classes: { data: ['other', 'cat'], dtype: 'A6' },
};

/** A file like `good`, but for some datasets; undefined leaves one out. */
function fileWith(changes: typeof good): Promise<Uint8Array> {
  return writeInMemory((file) => {
    for (const [name, rest] of Object.entries({ ...good, ...changes })) {
      if (rest) file.create_dataset({ name, ...rest });
    }
  });
}

const read = (bytes: Uint8Array) => readPictureFile(bytes, 'pets/test.h5', 'test');

/** What the file system of h5wasm holds: open streams and files. */
async function heldInMemory() {
  const { FS } = await h5wasm.ready;
  const { streams } = FS as unknown as { streams: unknown[] };
  return { open: streams.filter(Boolean).length, files: FS.readdir('/') };
}

const atRest = { open: 3, files: ['.', '..', 'tmp', 'home', 'dev', 'proc'] };

afterEach(async () => expect(await heldInMemory()).toEqual(atRest));

describe('a picture file', () => {
  test('comes back as it was written', async () => {
    expect(await readPictureFile(await writePictureFile(set, 'train'), 'x.h5', 'train')).toEqual(
      set,
    );
  });

  test('keeps class names beyond ASCII', async () => {
    const classes = ['Käfer', '猫'];
    const bytes = await writePictureFile({ ...set, classes }, 'test');
    expect((await read(bytes)).classes).toEqual(classes);
  });

  test('has the same bytes at any time', async () => {
    const now = jest.spyOn(Date, 'now').mockReturnValue(1e12);
    const first = await writePictureFile(set, 'train');
    now.mockReturnValue(2e12);
    const second = await writePictureFile(set, 'train');
    now.mockRestore();
    expect(Buffer.compare(first, second)).toBe(0);
  });

  test.each([
    ['bytes', Uint8Array.of(1, 0, 1)],
    ['32-bit integers', Int32Array.of(1, 0, 1)],
  ])('may hold its labels as %s', async (_, data) => {
    expect((await read(await fileWith({ test_set_y: { data } }))).labels).toEqual(set.labels);
  });

  test('may be compressed', async () => {
    const test_set_x = { ...good.test_set_x!, chunks: [1, 2, 4, 3], compression: 'gzip' as const };
    expect((await read(await fileWith({ test_set_x }))).pictures).toEqual(set.pictures);
  });

  test('may hold class names of any length', async () => {
    const list_classes = { data: ['other', 'cat'] };
    expect((await read(await fileWith({ list_classes }))).classes).toEqual(['other', 'cat']);
  });
});

describe('a file that is not right', () => {
  const datasets: [string, typeof good, RegExp][] = [
    [
      'with other names',
      { test_set_x: undefined, images: { data: [1] } },
      /no dataset test_set_x; it holds images, list_classes, test_set_y\./,
    ],
    [
      'with flat pictures',
      { test_set_x: { data: set.pictures, shape: [3, 24] } },
      /test_set_x is uint8 \(3, 24\)\. It must hold pictures: uint8 \(m, height, width, 3\)/,
    ],
    [
      'with grey pictures',
      { test_set_x: { data: set.pictures, shape: [3, 2, 12, 1] } },
      /test_set_x is uint8 \(3, 2, 12, 1\)/,
    ],
    [
      'with pictures as floats',
      { test_set_x: { data: new Float32Array(72), shape: [3, 2, 4, 3] } },
      /test_set_x is float32 \(3, 2, 4, 3\)/,
    ],
    [
      'with labels in a row',
      { test_set_y: { data: Int32Array.of(1, 0, 1), shape: [1, 3] } },
      /test_set_y is int32 \(1, 3\)\. It must hold labels/,
    ],
    [
      'with labels as floats',
      { test_set_y: { data: Float64Array.of(1, 0, 1) } },
      /test_set_y is float64 \(3\)/,
    ],
    [
      'with a label that is no class',
      { test_set_y: { data: Int32Array.of(1, 0, 2) } },
      /test_set_y\[2\] is 2\. Every label must be 0 or 1/,
    ],
    [
      'with a negative label',
      { test_set_y: { data: Int32Array.of(1, -1, 1) } },
      /test_set_y\[1\] is -1/,
    ],
    [
      'with too few labels',
      { test_set_y: { data: Int32Array.of(1, 0) } },
      /test_set_x has 3 pictures, but test_set_y has 2 labels\. Write one label for each/,
    ],
    [
      'without pictures',
      {
        test_set_x: { data: new Uint8Array(0), shape: [0, 2, 4, 3] },
        test_set_y: { data: new Int32Array(0), shape: [0] },
      },
      /test_set_x is empty, its shape is \(0, 2, 4, 3\)\. Give at least one picture/,
    ],
    [
      'with three classes',
      { list_classes: { data: ['a', 'b', 'c'], dtype: 'A1' } },
      /list_classes is string \(3\)\. It must hold the names of two classes/,
    ],
    [
      'with numbers for classes',
      { list_classes: { data: Int32Array.of(0, 1) } },
      /list_classes is int32 \(2\)/,
    ],
  ];

  test.each(datasets)('%s', async (_, changes, message) => {
    const reading = read(await fileWith(changes));
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow('pets/test.h5');
  });

  test('with a group where a dataset should be', async () => {
    const bytes = await writeInMemory((file) => void file.create_group('test_set_x'));
    await expect(read(bytes)).rejects.toThrow(/no dataset test_set_x; it holds test_set_x/);
  });

  test('with a link to a file outside', async () => {
    const bytes = await writeInMemory((file) => {
      file.create_external_link('/etc/hostname', '/', 'test_set_x');
    });
    await expect(read(bytes)).rejects.toThrow(DataError);
  });

  test('with the other part', async () => {
    const bytes = await writePictureFile(set, 'train');
    await expect(read(bytes)).rejects.toThrow(/holds list_classes, train_set_x, train_set_y/);
  });

  test('that declares more than it holds', async () => {
    // Chunks take room when they are filled: the file is small, its pictures are 12 TB.
    const side = 2_000_000;
    const bytes = await writeInMemory((file) => {
      const x = file.create_dataset({
        name: 'test_set_x',
        data: new Uint8Array(3),
        shape: [1, 1, 1, 3],
        maxshape: [null, null, null, 3],
        chunks: [1, 1, 1, 3],
      });
      x.resize([1, side, side, 3]);
      file.create_dataset({ name: 'test_set_y', data: Int32Array.of(1) });
      file.create_dataset({ name: 'list_classes', data: ['a', 'b'], dtype: 'A1' });
    });
    expect(bytes.length).toBeLessThan(10_000);
    await expect(read(bytes)).rejects.toThrow(
      /test_set_x \(1, 2000000, 2000000, 3\) declares 12000000000000 bytes, which a file of \d+ bytes cannot hold/,
    );
  });

  test.each([
    ['empty', new Uint8Array(0)],
    ['text', new TextEncoder().encode('label,pixel0,pixel1\n1,0,255\n'.repeat(100))],
  ])('that is not HDF5: %s', async (_, bytes) => {
    await expect(read(bytes)).rejects.toThrow(DataError);
    await expect(read(bytes)).rejects.toThrow(/pets\/test\.h5 is not an HDF5 file/);
  });

  test('that is cut off, wherever', async () => {
    const whole = await fileWith({});
    for (const length of [8, 40, 100, whole.length >> 1, whole.length - 1]) {
      await expect(read(whole.slice(0, length))).rejects.toThrow(DataError);
      await expect(read(whole.slice(0, length))).rejects.toThrow(
        /pets\/test\.h5 is cut off or damaged.+Copy or download it once more/,
      );
    }
  });

  test('that is damaged in the middle of a compressed picture', async () => {
    const test_set_x = { ...good.test_set_x!, chunks: [3, 2, 4, 3], compression: 'gzip' as const };
    const bytes = await fileWith({ test_set_x });
    const start = bytes.findIndex(
      (byte, i) => byte === 0x78 && [0x5e, 0x9c].includes(bytes[i + 1]),
    );
    expect(start).toBeGreaterThan(0); // the two bytes that begin a zlib stream
    bytes.fill(0xff, start, start + 20);
    await expect(read(bytes)).rejects.toThrow(DataError);
  });
});
