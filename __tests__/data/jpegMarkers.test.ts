import { describe, expect, test } from '@jest/globals';
import { readJpeg } from '../../src/data/jpegMarkers.js';
import { segment } from './pictureFixtures.js';

/* Files by hand, as ITU-T T.81, annex B, says; their pixels are never unpacked here. */

const [SOI, EOI] = [
  [0xff, 0xd8],
  [0xff, 0xd9],
];

/** The frame of a picture of 17 x 9 pixels: its components by their ids and sampling factors. */
const frame = (components: readonly number[], sampling: readonly number[], marker = 0xc0) =>
  segment(marker, [
    ...[8, 0, 9, 0, 17, components.length],
    ...components.flatMap((id, i) => [id, sampling[i], 0]),
  ]);
/** The header of a scan: coefficients `first` to `last`, down to bit Al; after it its pixels. */
const scan = (ids: readonly number[], first = 0, last = 63, bits = 0) => [
  ...segment(0xda, [ids.length, ...ids.flatMap((id) => [id, 0]), first, last, bits]),
  ...[1, 2, 3],
];
const grey = frame([1], [0x11]);
const colour = frame([1, 2, 3], [0x22, 0x11, 0x11]);
const fileOf = (...segments: readonly number[][]) =>
  Uint8Array.from([...SOI, ...segments.flat(), ...EOI]);
const partsOf = (bytes: Uint8Array) => readJpeg(bytes).parts.flatMap((part) => [...part]);
const letters = (text: string) => [...Buffer.from(text)];

describe('the size', () => {
  // A unit of 4:2:0 is 16 x 16 pixels: 4 blocks of brightness and 2 of colour, 64 numbers of 2 bytes each.
  test.each([
    ['grey', grey, scan([1]), 1, 3 * 2 * 128],
    ['4:2:0', colour, scan([1, 2, 3]), 3, 2 * 1 * 6 * 128],
    ['4:2:2', frame([1, 2, 3], [0x21, 0x11, 0x11]), scan([1, 2, 3]), 3, 2 * 2 * 4 * 128],
    ['4:4:0', frame([1, 2, 3], [0x12, 0x11, 0x11]), scan([1, 2, 3]), 3, 3 * 1 * 4 * 128],
    ['4:4:4', frame([1, 2, 3], [0x11, 0x11, 0x11]), scan([1, 2, 3]), 3, 3 * 2 * 3 * 128],
    [
      'four inks',
      frame([5, 6, 7, 8], [0x11, 0x11, 0x11, 0x11]),
      scan([5, 6, 7, 8]),
      4,
      3 * 2 * 4 * 128,
    ],
    ['an extended frame', frame([1], [0x11], 0xc1), scan([1]), 1, 3 * 2 * 128],
  ])('%s', (_, frame, scan, samples, bytes) => {
    expect(readJpeg(fileOf(frame, scan))).toMatchObject({
      ...{ width: 17, height: 9, samples, scans: 1 },
      ...{ coefficientBytes: bytes, scannedBytes: bytes, isComplete: true },
    });
  });

  test('of more than 255 pixels', () => {
    const large = segment(0xc0, [8, 0x12, 0x34, 0x56, 0x78, 1, 1, 0x11, 0]);
    expect(readJpeg(fileOf(large, scan([1])))).toMatchObject({ width: 0x5678, height: 0x1234 });
  });

  test('is that of the first picture in the file', () => {
    const bytes = [...fileOf(grey, scan([1])), ...fileOf(colour, scan([1, 2, 3]))];
    expect(readJpeg(Uint8Array.from(bytes))).toMatchObject({ samples: 1, scans: 1 });
  });

  // They stand among the frames, and a body that could be a frame's does not make them one.
  test.each([
    ['DHT', 0xc4],
    ['JPG', 0xc8],
    ['DAC', 0xcc],
    ['what comes before the frames', 0xbf],
    ['what comes behind them', 0xdb],
  ])('is not that of %s', (_, marker) => {
    const table = segment(marker, [8, 0, 1, 0, 1, 1, 7, 0x11, 0]);
    expect(readJpeg(fileOf(grey, table, scan([1])))).toMatchObject({ width: 17, isComplete: true });
  });
});

describe('scans', () => {
  const progressive = frame([1, 2, 3], [0x22, 0x11, 0x11], 0xc2);
  const [luma, chroma] = [2 * 4 * 128, 2 * 128];

  test('one for each component, each going over its own coefficients', () => {
    expect(readJpeg(fileOf(colour, scan([1]), scan([2]), scan([3])))).toMatchObject({
      ...{ scans: 3, isComplete: true },
      ...{ coefficientBytes: luma + 2 * chroma, scannedBytes: luma + 2 * chroma },
    });
  });

  test.each([0xc4, 0xdb, 0xfe])('with a segment %i before each', (marker) => {
    const table = segment(marker, [1, 2, 3]);
    const all = [1, 2, 3].flatMap((id) => [table, scan([id])]);
    expect(readJpeg(fileOf(colour, ...all))).toMatchObject({ scans: 3, isComplete: true });
  });

  test('with a table between them that has the bytes of an end', () => {
    const table = segment(0xc4, [1, 0xff, 0xd9]);
    const { scans } = readJpeg(fileOf(colour, scan([1]), table, scan([2]), scan([3])));
    expect(scans).toBe(3);
  });

  test('again and again over the same', () => {
    expect(readJpeg(fileOf(colour, scan([1]), scan([1]), scan([1, 2])))).toMatchObject({
      ...{ scans: 3, isComplete: false },
      ...{ coefficientBytes: luma + 2 * chroma, scannedBytes: 3 * luma + chroma },
    });
  });

  test('of a component that comes twice or that there is not', () => {
    const { scannedBytes } = readJpeg(fileOf(colour, scan([2, 2, 9])));
    expect(scannedBytes).toBe(chroma);
  });

  test('in a frame that is not progressive bring everything, whatever they say', () => {
    const { isComplete } = readJpeg(fileOf(grey, scan([1], 1, 5, 2)));
    expect(isComplete).toBe(true);
  });

  const dc = scan([1, 2, 3], 0, 0, 1);
  const refinedDc = scan([1, 2, 3], 0, 0, 0x10);
  const low = [1, 2, 3].map((id) => scan([id], 1, 5, 2));
  const high = [1, 2, 3].map((id) => scan([id], 6, 63, 2));
  const refined = [1, 2, 3].map((id) => scan([id], 1, 63, 0x21));
  const all = [dc, ...low, ...high, ...refined, refinedDc];
  const last = [1, 2, 3].map((id) => scan([id], 1, 63, 0x10));

  test('progressive: every bit of every coefficient', () => {
    expect(readJpeg(fileOf(progressive, ...all, ...last))).toMatchObject({
      ...{ scans: 14, isComplete: true, coefficientBytes: luma + 2 * chroma },
      scannedBytes: 6 * (luma + 2 * chroma),
    });
  });

  const everything = [...all, ...last];
  // Of a first look and the one that makes it finer only the last is needed to have been there.
  const final = [...refinedDc, ...last.flat()];
  test.each([
    ['the last bit of the means', everything.filter((one) => one !== refinedDc)],
    ['the last bit of one component', everything.slice(0, -1)],
    ['all but the means', [dc, refinedDc]],
    ['coefficient 63', [final, ...[1, 2, 3].map((id) => scan([id], 63, 63, 1))]],
    ['coefficient 1', [final, ...[1, 2, 3].map((id) => scan([id], 1, 1, 1))]],
    ['the bits of one coefficient in the middle', [final, scan([2], 30, 30, 15)]],
    ['everything', []],
  ])('progressive, without %s', (_, scans) => {
    expect(readJpeg(fileOf(progressive, ...scans)).isComplete).toBe(false);
  });

  test('progressive, with all that is needed', () => {
    expect(readJpeg(fileOf(progressive, final)).isComplete).toBe(true);
  });
});

describe('leaves out what does not decide the pixels', () => {
  const plain = fileOf(grey, scan([1]));
  const metadata = [...Array.from({ length: 16 }, (_, i) => 0xe0 + i), 0xfe];
  test.each<[string, readonly number[]]>([
    ...metadata.map((marker): [string, number[]] => [
      `segments ${marker.toString(16)}`,
      segment(marker, letters('anything that is long enough')),
    ]),
    [
      'a JFIF segment that is too short',
      segment(0xe0, [...letters('JFIF'), 0, 1, 1, 0, 0, 1, 0, 1, 0]),
    ],
    ['a thumbnail of JFIF', segment(0xe0, [...letters('JFXX'), 0, ...Array(20).fill(0x10)])],
    [
      'JFIF in a segment of another kind',
      segment(0xe1, [...letters('JFIF'), 0, ...Array(9).fill(1)]),
    ],
    [
      'an Adobe segment that is too short',
      segment(0xee, [...letters('Adobe'), 0, 100, 0, 0, 0, 0]),
    ],
    ['an APP14 of others', segment(0xee, [...letters('Adobo'), 0, 100, 0, 0, 0, 0, 1])],
    [
      'Adobe in a segment of another kind',
      segment(0xed, [...letters('Adobe'), ...Array(7).fill(1)]),
    ],
    ...[0x01, 0xd0, 0xd3, 0xd7, 0xd8].map((marker): [string, number[]] => [
      `a marker ${marker.toString(16)}, which has no segment`,
      [0xff, marker],
    ]),
    ['bytes between segments', [0, 1, 0xfe, 0xff, 0]],
    ['fill bytes', [0xff, 0xff]],
  ])('%s', (_, more) => {
    const bytes = Uint8Array.from([...SOI, ...more, ...plain.subarray(2)]);
    expect(partsOf(bytes)).toEqual([...plain]);
  });

  test.each<[string, number[]]>([
    ['zeros behind the end', [0, 0, 0]],
    ['behind the end', [1, 2, ...fileOf(colour, scan([1, 2, 3]))]],
    ['nothing', []],
  ])('%s', (_, more) => {
    expect(partsOf(Uint8Array.from([...plain, ...more]))).toEqual([...plain]);
  });

  test.each([
    ['the end', plain.subarray(0, -2)],
    ['half of the end', plain.subarray(0, -1)],
  ])('%s is put there where it is missing', (_, bytes) => {
    expect(partsOf(bytes)).toEqual([...plain]);
  });

  test.each([0xc4, 0xc8, 0xcc, 0xdb, 0xdd, 0xdf, 0xf0, 0xfd])('and keeps segments %i', (marker) => {
    const bytes = fileOf(segment(marker, [1, 2, 3]), grey, scan([1]));
    expect(partsOf(bytes)).toEqual([...bytes]);
  });
});

describe('says how the samples are colours', () => {
  const three = [colour, scan([1, 2, 3])];
  const four = [frame([1, 2, 3, 4], [0x11, 0x11, 0x11, 0x11]), scan([1, 2, 3, 4])];
  const adobe = (transform: number, more: number[] = []) =>
    segment(0xee, [...letters('Adobe'), 0, 100, 1, 2, 3, 4, transform, ...more]);

  // As default_decompress_parms of libjpeg takes them: 0 is RGB or CMYK, and any other YCbCr or YCCK.
  test.each([
    ['three', three, 0, 0],
    ['three', three, 1, 1],
    ['three', three, 2, 1],
    ['three', three, 255, 1],
    ['four', four, 0, 0],
    ['four', four, 1, 2],
    ['four', four, 2, 2],
  ])('%s of them, by the transform that Adobe wrote: %#', (_, rest, transform, read) => {
    expect(partsOf(fileOf(adobe(transform), ...rest))).toEqual([...fileOf(adobe(read), ...rest)]);
  });

  test('what stands behind the transform is left out', () => {
    const bytes = fileOf(adobe(1, [7, 7, 7]), ...three);
    expect(partsOf(bytes)).toEqual([...fileOf(adobe(1), ...three)]);
  });

  test('JFIF comes in its first version, without a thumbnail', () => {
    const jfif = (version: number[], density: number[], thumbnail: number[]) =>
      segment(0xe0, [...letters('JFIF'), 0, ...version, 0, ...density, ...thumbnail]);
    const plain = jfif([1, 1], [0, 1, 0, 1], [0, 0]);
    for (const other of [
      jfif([1, 1], [0, 1, 0, 1], [0, 0]),
      jfif([2, 2], [0, 72, 0, 72], [1, 1, 9, 9, 9]),
    ]) {
      expect(partsOf(fileOf(other, ...three))).toEqual([...fileOf(plain, ...three)]);
    }
  });
});

describe('the bytes of a scan', () => {
  const header = scan([1]).slice(0, -3);
  const read = (...pixels: readonly number[]) =>
    partsOf(Uint8Array.from([...SOI, ...grey, ...header, ...pixels])).slice(
      SOI.length + grey.length + header.length,
    );

  test.each<[string, readonly number[]]>([
    ['none', []],
    ['a 255, which comes with a 0', [0xff, 0, 5]],
    ['restart markers', [1, 0xff, 0xd0, 2, 0xff, 0xd1, 3, 0xff, 0xd7, 4]],
    ['two that differ, and nothing between', [1, 0xff, 0xd0, 0xff, 0xd1, 2]],
    ['two that are the same, and something between', [1, 0xff, 0xd0, 2, 0xff, 0xd0, 3]],
    ['a fill byte before a restart marker', [1, 0xff, 0xff, 0xd0, 2]],
    ['a number before a restart marker that is as large', [1, 0xff, 0xd0, 0xd0, 0xff, 0xd0, 2]],
    ['a number before what is no marker that is as large', [1, 0xff, 0xd0, 2, 0, 0xff, 0, 3]],
  ])('%s', (_, pixels) => {
    expect(read(...pixels, ...EOI)).toEqual([...pixels, ...EOI]);
    expect(read(...pixels)).toEqual([...pixels, ...EOI]);
  });

  test.each([
    [
      [1, 0xff, 0xd3, 0xff, 0xd3, 2],
      [1, 0xff, 0xd3, 2],
    ],
    [
      [1, 0xff, 0xd3, 0xff, 0xd3, 0xff, 0xd3, 2, 0xff, 0xd4, 0xff, 0xd4],
      [1, 0xff, 0xd3, 2, 0xff, 0xd4],
    ],
  ])('a restart marker twice is taken once: %j', (pixels, taken) => {
    expect(read(...pixels, ...EOI)).toEqual([...taken, ...EOI]);
  });

  test('go on to the next segment', () => {
    const next = segment(0xc4, [1, 2, 3]);
    expect(read(1, 2, ...next, ...scan([1]), ...EOI)).toEqual([
      ...[1, 2, ...next, ...scan([1]), ...EOI],
    ]);
  });

  test('end at an end that has a fill byte before it', () => {
    expect(read(1, 0xff, ...EOI, 7, 7)).toEqual([1, 0xff, ...EOI]);
  });

  test('end before a 255 that the file ends with', () => {
    expect(read(1, 2, 0xff)).toEqual([1, 2, ...EOI]);
  });
});

describe('is refused', () => {
  test.each([
    ['pixels before the size', fileOf(scan([1]), grey), 'damaged: its pixels come before its size'],
    [
      'a segment of no length',
      fileOf([0xff, 0xdb, 0, 0], grey),
      'damaged: a segment has no length',
    ],
    ['a length of 1', fileOf([0xff, 0xdb, 0, 1], grey), 'damaged: a segment has no length'],
    [
      'a frame that is a byte too short',
      fileOf(segment(0xc0, [8, 0, 9, 0, 17, 1, 1, 0x11])),
      'damaged: its header is too short',
    ],
    ['a frame of no bytes', fileOf(segment(0xc0, [])), 'damaged: its header is too short'],
    [
      'a frame without its number of samples',
      fileOf(segment(0xc0, [8, 0, 9, 0, 17])),
      'damaged: its header is too short',
    ],
    [
      'five samples',
      fileOf(frame([1, 2, 3, 4, 5], Array(5).fill(0x11))),
      'of a kind that is not read: 5 samples a pixel',
    ],
    ['no samples', fileOf(frame([], [])), 'of a kind that is not read: 0 samples a pixel'],
    [
      'a depth of 12',
      fileOf(segment(0xc0, [12, 0, 9, 0, 17, 1, 1, 0x11, 0])),
      'of a kind that is not read: 12 bits a sample',
    ],
    ['an end and nothing before it', fileOf(), 'cut off: it ends before its pixels'],
    ['an end before the size', fileOf([...EOI, ...grey]), 'cut off: it ends before its pixels'],
    ['a beginning alone', Uint8Array.from(SOI), 'cut off: it ends before its pixels'],
    ['a cut in a marker', Uint8Array.from([...SOI, 0xff]), 'cut off: it ends before its pixels'],
    ['a cut before a length', Uint8Array.from([...SOI, 0xff, 0xc0]), 'cut off: it ends before'],
    ['a cut in a length', Uint8Array.from([...SOI, 0xff, 0xc0, 0]), 'cut off: it ends before'],
    [
      'a cut in a frame',
      Uint8Array.from([...SOI, ...grey.slice(0, -1)]),
      'cut off: it ends before',
    ],
  ])('%s', (_, bytes, message) => {
    expect(() => readJpeg(bytes)).toThrow(message);
  });

  // T.81, table B.1.
  test.each([
    [0xc3, 'lossless'],
    ...[0xc5, 0xc6, 0xc7].map((marker) => [marker, 'hierarchical'] as const),
    ...[0xc9, 0xca, 0xcb].map((marker) => [marker, 'arithmetic coding'] as const),
    ...[0xcd, 0xce, 0xcf].map((marker) => [marker, 'hierarchical'] as const),
  ])('a frame of kind %i: %s', (marker, kind) => {
    expect(() => readJpeg(fileOf(frame([1], [0x11], marker), scan([1])))).toThrow(
      `of a kind that is not read: ${kind}`,
    );
  });

  test('nothing of a file that ends with its frame', () => {
    const bytes = Uint8Array.from([...SOI, ...grey]);
    expect(readJpeg(bytes)).toMatchObject({ width: 17, scans: 0, isComplete: false });
  });
});
