import { cpSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import jpeg from 'jpeg-js';
import { png, withOrientation } from '../data/pictureFixtures.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { type Ended, handgrad, oneLine, root } from './handgrad.js';

const here = temporaryFolder();
const model = join(root, 'models', 'cat');

const put = (name: string, bytes: Uint8Array): string => {
  writeFileSync(join(here, name), bytes);
  return join(here, name);
};

type Pixel = (x: number, y: number) => [r: number, g: number, b: number];

function pngOf(width: number, height: number, pixel: Pixel): Uint8Array {
  const rows = Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => pixel(x, y)).flat(),
  );
  return png({ width, height, depth: 8, colourType: 2, rows });
}

function jpegOf(width: number, height: number, pixel: Pixel): Uint8Array {
  const pixels = Array.from({ length: width * height }, (_, i) => [
    ...pixel(i % width, Math.floor(i / width)),
    255,
  ]);
  return jpeg.encode({ data: Buffer.from(pixels.flat()), width, height }, 100).data;
}

/** One colour in each block of 16 x 16, which survives JPEG when it is turned as well. */
const blocks: Pixel = (x, y) => {
  const [column, row] = [x >> 4, y >> 4];
  return [30 + 70 * column, 200 - 60 * row, (50 * column + 90 * row) % 256];
};

let several: Ended;
const pictures: Record<string, string> = {};
beforeAll(async () => {
  pictures.small = put('small.png', pngOf(64, 64, blocks));
  pictures.cut = put('cut.png', pngOf(64, 64, blocks).subarray(0, 100));
  pictures.upright = put('upright.jpg', jpegOf(48, 64, blocks));
  // Lies on its left side; orientation 6 says to turn it to the right by 90 degrees.
  const lying = jpegOf(64, 48, (x, y) => blocks(47 - y, x));
  pictures.turned = put('turned.jpg', withOrientation(lying, 6));
  pictures.lying = put('lying.jpg', lying);
  pictures.text = put('text.jpg', Buffer.from('no picture'));
  pictures.wide = put('wide with a space.png', pngOf(300, 20, blocks));
  pictures.absent = join(here, 'absent.png');
  several = await handgrad(['predict', '--model', model, '--json', ...Object.values(pictures)]);
});

describe('several pictures, some of them bad', () => {
  test('exit 1, and every good one is answered, in order', () => {
    expect(several.code).toBe(1);
    const { small, upright, turned, lying, wide } = pictures;
    const answers = JSON.parse(several.stdout);
    expect(answers).toEqual(
      [small, upright, turned, lying, wide].map((picture) => ({
        picture,
        probability: expect.any(Number),
        label: expect.stringMatching(/^(non-cat|cat)$/),
      })),
    );
    for (const { probability, label } of answers) {
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThanOrEqual(1);
      expect(label).toBe(probability > 0.5 ? 'cat' : 'non-cat');
    }
  });

  test('one line on stderr for each bad one, that names it', () => {
    const { cut, text, absent } = pictures;
    const lines = several.stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    for (const [i, picture] of [cut, text, absent].entries()) {
      expect(lines[i].startsWith(`${picture} `)).toBe(true);
      expect(lines[i]).toMatch(/\. .+\.$/);
    }
  });

  test('a JPEG that its EXIF data turns is answered as the upright one', () => {
    const probabilityOf = (picture: string) =>
      JSON.parse(several.stdout).find((answer: { picture: string }) => answer.picture === picture)
        .probability;
    const upright = probabilityOf(pictures.upright);
    expect(probabilityOf(pictures.turned)).toBeCloseTo(upright, 4);
    expect(Math.abs(probabilityOf(pictures.lying) - upright)).toBeGreaterThan(1e-3);
  });
});

test('without --json a table on stdout, exit 0', async () => {
  const { code, stdout, stderr } = await handgrad(['predict', '--model', model, pictures.small]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [head, row, end] = stdout.split('\n');
  expect(head).toMatch(/^picture +label +cat$/);
  expect(row).toMatch(/small\.png +(non-cat|cat) +[01]\.\d{3}$/);
  expect(end).toBe('');
});

describe('a model that is not right: exit 1, one line', () => {
  const answer = async (folder: string) =>
    oneLine(await handgrad(['predict', '--model', folder, pictures.small, '--json']));

  test.concurrent('no such folder', async () => {
    const folder = join(here, 'nothing');
    expect(await answer(folder)).toMatch(`There is no model folder ${folder}. Train one: `);
    expect(existsSync(folder)).toBe(false);
  });

  const spoilt = (name: string, spoil: (folder: string) => void) => {
    const folder = join(here, name);
    cpSync(model, folder, { recursive: true });
    spoil(folder);
    return folder;
  };

  test.concurrent('weights.bin is missing', async () => {
    const folder = spoilt('missing', (folder) => rmSync(join(folder, 'weights.bin')));
    expect(await answer(folder)).toBe(
      `${join(folder, 'weights.bin')} does not exist. Save the model again.`,
    );
  });

  test.concurrent('weights.bin is short', async () => {
    const folder = spoilt('short', (folder) => truncateSync(join(folder, 'weights.bin'), 1000));
    // 12288-20-7-5-1 has 245,973 parameters of four bytes.
    expect(await answer(folder)).toMatch(
      `${join(folder, 'weights.bin')} has 1000 bytes, but model.json declares ${4 * 245_973}: `,
    );
  });

  test.concurrent('model.json is no JSON', async () => {
    const folder = spoilt('no-json', (folder) => writeFileSync(join(folder, 'model.json'), '{'));
    expect(await answer(folder)).toMatch(`${join(folder, 'model.json')} is no tfjs LayersModel: `);
  });

  test.concurrent.each([
    ['no JSON', '{'],
    ['no card', '{"classNames": 5, "preprocessing": {"height": 64, "width": 64, "channels": 3}}'],
  ])('card.json is %s', async (name, text) => {
    const folder = spoilt(name, (folder) => writeFileSync(join(folder, 'card.json'), text));
    expect(await answer(folder)).toMatch(`${join(folder, 'card.json')} `);
  });

  test.concurrent('pictures of another size on the card', async () => {
    const folder = spoilt('other-card', (folder) => {
      const card = join(folder, 'card.json');
      writeFileSync(card, readFileSync(card, 'utf8').replace('"height": 64', '"height": 65'));
    });
    expect(await answer(folder)).toMatch('pictures of 65x64x3, but the model takes 12288 numbers');
  });
});
