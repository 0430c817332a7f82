import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { idx } from '../../../src/data/formats/idx.js';
import { classesOf, rowsOf, trial } from './trial.js';

const { put, readAt, failure } = trial();

/** 0, 0, the type, the number of sides; the sides, the high byte first; the numbers. */
function idxBytes(type: number, shape: readonly number[], data: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, type, shape.length]);
  shape.forEach((side, axis) => {
    header.writeUInt32BE(side, 4 + 4 * axis);
  });
  return Buffer.concat([header, data]);
}

const pixels = Uint8Array.from({ length: 4 * 2 * 3 }, (_, i) => 10 * i);
const images = idxBytes(8, [4, 2, 3], pixels);
const labels = idxBytes(8, [4], Uint8Array.of(7, 2, 7, 2));
const rows = [0, 1, 2, 3].map((i) => [...pixels.subarray(6 * i, 6 * i + 6)]);

describe('images and labels find each other', () => {
  test.each<[string, Record<string, Uint8Array>]>([
    ['plain', { 'train-images-idx3-ubyte': images, 'train-labels-idx1-ubyte': labels }],
    [
      'gzipped',
      {
        'train-images-idx3-ubyte.gz': gzipSync(images),
        'train-labels-idx1-ubyte.gz': gzipSync(labels),
      },
    ],
    ['with dots', { 'train-images.idx3-ubyte': images, 'train-labels.idx1-ubyte': labels }],
    [
      'with other words',
      {
        'emnist-letters-train-images-idx3-ubyte': images,
        'emnist-letters-train-labels-idx1-ubyte.gz': gzipSync(labels),
      },
    ],
    ['without a part', { images: images, labels: labels }],
    [
      'plain beside gzipped',
      {
        'train-images-idx3-ubyte': images,
        'train-labels-idx1-ubyte': labels,
        'train-images-idx3-ubyte.gz': Buffer.from('no gzip'),
        'train-labels-idx1-ubyte.gz': gzipSync(idxBytes(8, [1], Uint8Array.of(0))),
      },
    ],
  ])('%s', async (kind, files) => {
    const folder = kind.replaceAll(' ', '-');
    put(
      Object.fromEntries(
        Object.entries(files).map(([name, bytes]) => [`${folder}/${name}`, bytes]),
      ),
    );
    for (const path of [
      folder,
      ...Object.keys(files)
        .slice(0, 2)
        .map((name) => `${folder}/${name}`),
    ]) {
      const { train, test: held, format, input, name } = await readAt(path);
      expect([format, name, held]).toEqual(['idx', folder, undefined]);
      expect(input).toEqual({ kind: 'pictures', height: 2, width: 3, channels: 1 });
      expect(rowsOf(train)).toEqual(rows);
      expect(classesOf(train)).toEqual(['7', '2', '7', '2']);
    }
  });

  test('for training and for the test', async () => {
    put({
      'two/train-images-idx3-ubyte': images,
      'two/train-labels-idx1-ubyte': labels,
      'two/t10k-images-idx3-ubyte': idxBytes(8, [1, 2, 3], pixels.subarray(6, 12)),
      'two/t10k-labels-idx1-ubyte': idxBytes(8, [1], Uint8Array.of(2)),
    });
    const { train, test: held, files } = await readAt('two/t10k-images-idx3-ubyte');
    expect(train.m).toBe(4);
    expect(rowsOf(held!)).toEqual([rows[1]]);
    expect(classesOf(held!)).toEqual(['2']);
    expect(files).toHaveLength(4);
  });
});

test('numbers of two bytes and more have their high byte first', async () => {
  const shorts = Buffer.alloc(8);
  [-2, 300, 5, 7].forEach((value, i) => {
    shorts.writeInt16BE(value, 2 * i);
  });
  put({ 'shorts/images': idxBytes(11, [4, 1], shorts), 'shorts/labels': labels });
  expect(rowsOf((await readAt('shorts')).train)).toEqual([[-2], [300], [5], [7]]);
});

describe('files are refused', () => {
  const pair = (folder: string, first: Uint8Array, second: Uint8Array, ending = '') =>
    put({
      [`${folder}/train-images-idx3-ubyte${ending}`]: first,
      [`${folder}/train-labels-idx1-ubyte${ending}`]: second,
    });

  test.each<[string, Uint8Array, Uint8Array, string, RegExp]>([
    [
      'cut',
      images.subarray(0, 30),
      labels,
      '',
      /train-images-idx3-ubyte is cut off: \(4, 2, 3\) takes 24 bytes, but 14 are there/,
    ],
    [
      'long',
      images,
      Buffer.concat([labels, labels]),
      '',
      /train-labels-idx1-ubyte is damaged: \(4,\) takes 4 bytes, but 16/,
    ],
    ['cut-header', images.subarray(0, 9), labels, '', /cut off in its header/],
    [
      'cut-gzip',
      gzipSync(images).subarray(0, 40),
      gzipSync(labels),
      '.gz',
      /images-idx3-ubyte\.gz is cut off or damaged: gzip/,
    ],
    ['fewer', images, idxBytes(8, [3], Uint8Array.of(1, 0, 1)), '', /\(4, 2, 3\) and .* is \(3,\)/],
  ])('%s', async (folder, first, second, ending, message) => {
    pair(folder, first, second, ending);
    expect(await failure(readAt(folder))).toMatch(message);
  });

  test('without their partner', async () => {
    put({ 'lone/train-images-idx3-ubyte': images });
    expect(await failure(readAt('lone'))).toMatch(
      /lone has an idx file without its partner.*one folder/,
    );
    expect(await failure(readAt('lone/train-images-idx3-ubyte'))).toMatch(
      /idx3-ubyte has no partner/,
    );
    pair('third', images, labels);
    put({ 'third/t10k-images-idx3-ubyte': images });
    expect(await failure(readAt('third'))).toMatch(
      /t10k-images-idx3-ubyte has no labels beside it/,
    );
  });

  test('in two pairs of the same part', async () => {
    pair('twice', images, labels);
    put({
      'twice/mnist-train-images-idx3-ubyte': images,
      'twice/mnist-train-labels-idx1-ubyte': labels,
    });
    expect(await failure(readAt('twice'))).toMatch(/several pairs for the train part/);
  });
});

describe('a folder is looked through by names and first bytes', () => {
  test('other files of such names, folders, and names that only hold such words are passed over', async () => {
    put({
      'among/train-images-idx3-ubyte': images,
      'among/train-labels-idx1-ubyte': labels,
      'among/images.txt': Buffer.from('not idx'),
      'among/labels.idx/inner': images,
      'among/labels-old.md': idxBytes(8, [4], Uint8Array.of(0, 0, 0, 0)),
      'among/more-images-idx3-ubyte.zip': images,
    });
    expect(rowsOf((await readAt('among')).train)).toEqual(rows);
  });

  test('without any it is of another format', async () => {
    put({ 'none/images.txt': Buffer.from('not idx'), 'none/README': Buffer.from('mine') });
    expect(await failure(readAt('none'))).not.toMatch(/idx file without its partner/);
  });

  test.each(['images.idx3', 'images.idx', 'images_idx3_ubyte', 'IMAGES-IDX3-UBYTE'])(
    '%s is such a name',
    async (name) => {
      const folder = `name-${name}`;
      const partner = name.replace('images', 'labels').replace('IMAGES', 'LABELS');
      put({ [`${folder}/${name}`]: images, [`${folder}/${partner}`]: labels });
      expect(rowsOf((await readAt(folder)).train)).toEqual(rows);
    },
  );

  test('it has a title and a name that people know', () => {
    expect([idx.name, idx.title]).toEqual(['idx', "MNIST's idx files"]);
  });

  test('labels without images, beside a pair', async () => {
    put({
      'lonely/train-images-idx3-ubyte': images,
      'lonely/train-labels-idx1-ubyte': labels,
      'lonely/t10k-labels-idx1-ubyte': labels,
    });
    expect(await failure(readAt('lonely'))).toMatch(
      /t10k-labels-idx1-ubyte has no images beside it\. Put them there, under the same name with images\.$/,
    );
  });

  // RFC 1952: gzip begins with 0x1f 0x8b; either of them alone is something else.
  test.each([
    [0x1f, 0x00],
    [0x00, 0x8b],
  ])('%i %i begin no gzip', async (first, second) => {
    const folder = `begins-${first}-${second}`;
    put({
      [`${folder}/images`]: Buffer.from([first, second, ...gzipSync(images).subarray(2)]),
      [`${folder}/labels`]: labels,
    });
    expect(await failure(readAt(folder))).toMatch(/without its partner/);
  });

  test('what gzip says of a damaged file is kept', async () => {
    put({
      'kept/images.gz': gzipSync(images).subarray(0, 40),
      'kept/labels.gz': gzipSync(labels),
    });
    const error = await readAt('kept').catch((thrown) => thrown);
    expect(error.cause).toMatchObject({ code: 'Z_BUF_ERROR' });
  });
});
