import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { writeInMemory } from '../../../src/data/hdf5Memory.js';
import { npyBytes, npzOf } from '../../data/formats/npyBytes.js';
import type { Kind } from '../kinds.js';

const zeros = (bytes: number) => new Uint8Array(bytes);
const none = new Uint8Array();

/** An .npy with any header. */
function withHeader(dict: string, data: Uint8Array = none): Uint8Array {
  const header = Buffer.from(`${dict}\n`);
  const length = [header.length & 0xff, header.length >> 8];
  return Buffer.concat([
    Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, ...length]),
    header,
    data,
  ]);
}

/** A zip whose directory lists one entry many times, under other names. */
function listed(times: number): Uint8Array {
  const content = npyBytes('<f4', [256], zeros(1024));
  const zip = Buffer.from(zipSync({ 'W00000.npy': content }, { level: 0 }));
  const directory = zip.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  const entry = zip.subarray(directory, zip.length - 22);
  const end = Buffer.from(zip.subarray(-22));
  const entries = Array.from({ length: times }, (_, i) => {
    const one = Buffer.from(entry);
    one.write(`W${String(i).padStart(5, '0')}`, 46);
    return one;
  });
  end.writeUInt16LE(times, 8);
  end.writeUInt16LE(times, 10);
  end.writeUInt32LE(entry.length * times, 12);
  return Buffer.concat([zip.subarray(0, directory), ...entries, end]);
}

const idx = (type: number, sides: number[], data: Uint8Array) => {
  const head = Buffer.alloc(4 + 4 * sides.length);
  head.set([0, 0, type, sides.length]);
  for (const [i, side] of sides.entries()) head.writeUInt32BE(side, 4 + 4 * i);
  return Buffer.concat([head, data]);
};

const npy = (name: string, dict: string, says: RegExp): Kind => ({
  name: `.npy: ${name}`,
  format: 'inputs.npy',
  make: () => withHeader(dict),
  says,
});
const shape = (sides: string, descr = '<f4') =>
  `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sides}), }`;

const h5 = (name: string, says: RegExp, fill: Parameters<typeof writeInMemory>[0]): Kind => ({
  name: `HDF5: ${name}`,
  format: 'data.h5',
  make: () => writeInMemory(fill),
  says,
});

export const archives: readonly Kind[] = [
  npy(
    'texts without a character, 10^9',
    shape('1000000000,', '<U0'),
    /of texts without a character/,
  ),
  npy(
    'texts without a character, 2^53',
    shape('9007199254740991,', '|S0'),
    /of texts without a char/,
  ),
  npy('10^9 elements', shape('1000000000,'), /takes 4000000000 bytes, but 0 are there/),
  npy('2^53 elements', shape('9007199254740992,'), /larger than any file/),
  npy('no side, and 2^52', shape('0, 4503599627370496'), /the model takes|is \(0/),
  npy('1,000 axes', shape('1, '.repeat(1000)), /has 1000 axes, and 32 are the most/),
  npy(
    'a header that is not closed',
    `{'descr': '<f4', 'shape': (${'1 '.repeat(4000)}`,
    /not numpy's/,
  ),
  npy('blanks and commas', `{'shape': (${'1 , '.repeat(2400)}x), `, /not numpy's/),
  npy(
    'a list of types that is not closed',
    `{'descr': [${"('a', '<f4'), ".repeat(700)}`,
    /not numpy's/,
  ),
  npy('digits without end', shape(`${'9'.repeat(9000)},`), /larger than any file/),
  {
    name: '.npy: 1 MB of text of one letter, doubled in memory',
    format: 'inputs.npy',
    make: () => npyBytes('|S1', [1_000_000], zeros(1_000_000)),
    says: /holds text|takes/,
  },
  ...(['model.npz', 'data.npz'] as const).map(
    (format): Kind => ({
      name: `${format}: 252 MiB of zeros in 257 kB`,
      format,
      make: () => npzOf({ X: npyBytes('|u1', [252 * 2 ** 20], zeros(252 * 2 ** 20)) }, 6),
      says: /unpacks to 265 MB, where 32 MB are allowed.*HANDGRAD_MEMORY=265MB/,
    }),
  ),
  {
    name: '.npz: a bomb of many entries, each below the limit',
    format: 'model.npz',
    make: () =>
      npzOf(
        Object.fromEntries(
          Array.from({ length: 20 }, (_, i) => [
            `W${i}`,
            npyBytes('<f4', [2 ** 20], zeros(2 ** 22)),
          ]),
        ),
        6,
      ),
    says: /unpacks to 84 MB, where 32 MB are allowed/,
  },
  {
    name: '.npz: one entry, 4,000 times',
    format: 'model.npz',
    make: () => listed(4000),
    says: /share their bytes/,
  },
  {
    name: '.npz: one entry, 60,000 times',
    format: 'model.npz',
    make: () => listed(60_000),
    says: /60000 entries, and 20000 are the most|allowed/,
  },
  {
    name: '.npz: 15,000 entries of nothing',
    format: 'model.npz',
    make: () =>
      npzOf(
        Object.fromEntries(
          Array.from({ length: 15_000 }, (_, i) => [`a${i}`, npyBytes('<f4', [0], none)]),
        ),
      ),
    says: /./,
  },
  {
    name: '.npz: a zip in a zip',
    format: 'data.npz',
    make: () => npzOf({ X: zipSync({ 'X.npy': zeros(2 ** 20) }) }),
    says: /no array in numpy's format/,
  },
  {
    name: '.npz: numbers that are no numbers',
    format: 'model.npz',
    make: () =>
      npzOf({
        W1: npyBytes('<f4', [1, 1], new Uint8Array([0, 0, 0xc0, 0x7f])),
        b1: npyBytes('<f4', [1, 1], zeros(4)),
      }),
    says: /./,
  },
  {
    name: '.keras: a bomb as its weights',
    format: 'model.keras',
    make: () => zipSync({ 'config.json': strToU8('{}'), 'model.weights.h5': zeros(200 * 2 ** 20) }),
    says: /unpacks to 210 MB, where 32 MB are allowed/,
  },
  {
    name: '.keras: a config of 10,000 brackets',
    format: 'model.keras',
    make: () => zipSync({ 'config.json': strToU8('['.repeat(10_000) + ']'.repeat(10_000)) }),
    says: /nests deeper than 100 brackets/,
  },
  {
    name: 'idx: 10^9 pictures',
    format: 'train-images-idx3-ubyte.gz',
    make: () => idx(8, [1_000_000_000, 28, 28], none),
    says: /takes 784000000000 bytes, but 0 are there/,
  },
  {
    name: 'idx: no picture of 2^32 sides',
    format: 'train-images-idx3-ubyte.gz',
    make: () => idx(8, [0, 0xffffffff, 0xffffffff], none),
    says: /empty/,
  },
  {
    name: 'idx: 200 MB in a gzip of 200 kB',
    format: 'train-images-idx3-ubyte.gz',
    make: () => gzipSync(idx(8, [4, 7000, 7000], zeros(196_000_000))),
    says: /unpacks to more than 33 MB, where 32 MB are allowed/,
  },
  h5('one chunk of 300 MB that was never written', /takes 300 MB|allowed|cannot hold/, (file) => {
    file.create_dataset({
      name: 'X',
      data: zeros(4),
      shape: [2, 2],
      dtype: '<B',
      maxshape: [null, null],
      chunks: [17_000, 17_000],
      compression: 'gzip',
    });
    file.create_dataset({ name: 'y', data: Int32Array.of(0, 1), dtype: '<i' });
  }),
  h5('300 MB that compress to nothing', /X takes 300 MB, where 32 MB/, (file) => {
    file.create_dataset({
      name: 'X',
      data: zeros(300_000_000),
      shape: [300, 1_000_000],
      dtype: '<B',
      chunks: [300, 10_000],
      compression: 'gzip',
    });
    file.create_dataset({ name: 'y', data: new Int32Array(300), dtype: '<i' });
  }),
  h5('a group that holds itself', /./, (file) => {
    for (let i = 0; i < 40; i++) file.create_hard_link('/', `g${i}`);
  }),
  {
    name: 'HDF5 of weights: a group that holds itself',
    format: 'model.weights.h5',
    make: () =>
      writeInMemory((file) => {
        file.create_group('layers');
        for (let i = 0; i < 40; i++) file.create_hard_link('/', `g${i}`);
      }),
    says: /groups/,
  },
  {
    name: 'HDF5 of weights: 200 MB of nothing',
    format: 'model.weights.h5',
    make: () =>
      writeInMemory((file) => {
        file.create_group('layers');
        file.create_dataset({
          ...{ name: 'layers/X', data: new Float32Array(50_000_000), dtype: '<f' },
          ...{ shape: [50_000_000], chunks: [1_000_000], compression: 'gzip' },
        });
      }),
    says: /takes 200 MB, where 32 MB are allowed/,
  },
];
