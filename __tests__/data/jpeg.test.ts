import { describe, expect, test } from '@jest/globals';
import { PictureError } from '../../src/core/errors.js';
import { decodePicture } from '../../src/data/decodePicture.js';
import { decodeJpeg } from '../../src/data/jpeg.js';
import { readJpeg } from '../../src/data/jpegMarkers.js';
import type { Reduction } from '../../src/data/reduction.js';
import { golden } from '../support/goldens.js';

interface Read {
  file: string;
  width: number;
  height: number;
  rgb: string;
}
const { jpegs, reduced } = golden<{
  jpegs: Record<string, Read>;
  reduced: Record<string, { file: string } & Record<'2' | '4' | '8', Omit<Read, 'file'>>>;
}>('pictures');
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
const fileOf = (kind: string) => bytesOf(jpegs[kind].file);

const decode = async (bytes: Uint8Array) => {
  const { data, width, height } = await decodePicture(bytes, 'a.jpg');
  return { data: [...data], width, height };
};
const byPillow = ({ rgb, width, height }: Omit<Read, 'file'>) => ({
  data: [...bytesOf(rgb)],
  width,
  height,
});

/** Where a marker stands, from `from` on. */
const find = (bytes: Uint8Array, marker: number, from = 0) =>
  Buffer.from(bytes).indexOf(Buffer.of(0xff, marker), from);
const insert = (bytes: Uint8Array, at: number, more: number[]) =>
  Uint8Array.from([...bytes.subarray(0, at), ...more, ...bytes.subarray(at)]);
const EOI = [0xff, 0xd9];

describe('has the bytes of Pillow', () => {
  test.each(Object.entries(jpegs))('%s', async (_, read) => {
    expect(await decode(bytesOf(read.file))).toEqual(byPillow(read));
  });

  const sizes = Object.entries(reduced).flatMap(([kind, of]) =>
    (['2', '4', '8'] as const).map((by) => ({ kind, by, file: of.file, read: of[by] })),
  );
  test.each(sizes)('$kind at 1/$by', async ({ by, file, read }) => {
    const jpeg = readJpeg(bytesOf(file));
    const { data, width, height } = await decodeJpeg(jpeg, Number(by) as Reduction);
    expect({ data: [...data], width, height }).toEqual(byPillow(read));
  });
});

describe('is read whole', () => {
  const whole = fileOf('4:2:0');
  const restarted = fileOf('restart markers');
  const afterFirst = find(restarted, 0xd0) + 2;
  test.each<[string, string, Uint8Array]>([
    ['without its end', '4:2:0', whole.subarray(0, -2)],
    ['progressive, without its end', 'progressive', fileOf('progressive').subarray(0, -2)],
    ['with other bytes behind its end', '4:2:0', insert(whole, whole.length, [0, 1, 0xff, 0xd8])],
    ['with a second picture behind it', '4:2:0', insert(whole, whole.length, [...whole])],
    ['with bytes before its end', '4:2:0', insert(whole, whole.length - 2, [0, 0, 0])],
    ['with bytes between its segments', '4:2:0', insert(whole, find(whole, 0xda), [1, 2])],
    ['with fill bytes', '4:2:0', insert(whole, find(whole, 0xda), [0xff, 0xff])],
    ['with a stray restart marker', '4:2:0', insert(whole, find(whole, 0xda), [0xff, 0xd3])],
    ['with a restart marker twice', 'restart markers', insert(restarted, afterFirst, [0xff, 0xd0])],
    [
      'with two restart markers before its end',
      'restart markers',
      insert(restarted, restarted.length - 2, [0xff, 0xd1, 0xff, 0xd2]),
    ],
    ['with JFIF 2', '4:2:0', Uint8Array.from(whole, (byte, i) => (i === 11 ? 2 : byte))],
  ])('%s', async (_, kind, bytes) => {
    expect(bytes).not.toEqual(fileOf(kind));
    expect(await decode(bytes)).toEqual(byPillow(jpegs[kind]));
  });
});

describe('is refused where only a part of its pixels is there', () => {
  const cutOff = 'a.jpg is a JPEG picture that is cut off: ';

  test.each([
    '4:2:0',
    'grey',
    'progressive',
    'CMYK',
    'restart markers',
    'a scan for each component',
  ])('%s, cut anywhere, with and without an end put behind it', async (kind) => {
    const whole = fileOf(kind);
    for (let length = 4; length < whole.length - 2; length += 3) {
      const cut = whole.subarray(0, length);
      await expect(decode(cut)).rejects.toThrow(cutOff);
      // In a header the end that was put behind it may be taken for a part of it.
      await expect(decode(insert(cut, length, EOI))).rejects.toThrow(PictureError);
    }
  });

  test('scans that are missing though the file ends well', async () => {
    const whole = fileOf('progressive');
    const scans: number[] = [];
    for (let at = find(whole, 0xda); at > 0; at = find(whole, 0xda, at + 2)) scans.push(at);
    expect(scans.length).toBeGreaterThan(5);
    for (const at of scans.slice(1)) {
      const cut = insert(whole.subarray(0, at), at, EOI);
      await expect(decode(cut)).rejects.toThrow(`${cutOff}a part of its scans is missing. Copy it`);
    }
  });

  test('a restart marker of another number: an interval may be lost', async () => {
    const whole = fileOf('restart markers');
    const at = find(whole, 0xd0) + 1;
    const other = Uint8Array.from(whole, (byte, i) => (i === at ? 0xd3 : byte));
    await expect(decode(other)).rejects.toThrow(
      'a JPEG picture that is damaged: found marker 0xd3 instead of RST0.',
    );
  });
});

describe('of a kind that is not read', () => {
  const frame = find(fileOf('4:2:0'), 0xc0);
  const withByte = (at: number, value: number) =>
    Uint8Array.from(fileOf('4:2:0'), (byte, i) => (i === at ? value : byte));
  test.each([
    ['arithmetic coding', withByte(frame + 1, 0xc9)],
    ['lossless', withByte(frame + 1, 0xc3)],
    ['12 bits a sample', withByte(frame + 4, 12)],
    ['2 samples a pixel', withByte(frame + 9, 2)],
  ])('%s', async (why, bytes) => {
    await expect(decode(bytes)).rejects.toThrow(
      `a.jpg is a JPEG picture that is of a kind that is not read: ${why}. Save it anew`,
    );
  });
});
