import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as activations from '../../../src/core/activations.js';
import { ModelError } from '../../../src/core/errors.js';
import { RandomState } from '../../../src/core/random.js';
import { disposeReplaced } from '../../../src/core/tensors.js';
import type { Format, Loaded } from '../../../src/export/format.js';
import * as formats from '../../../src/export/formats/index.js';
import { anyBackend } from '../../support/backends.js';
import { expectFlatMemory } from '../../support/memory.js';
import { bits, card, drawn, expectSame } from '../../support/storedNetworks.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';

/*
 * What holds for every format: a new one is taken up from the exports.
 */

beforeAll(anyBackend);
const root = temporaryFolder();
const all: Format[] = Object.values(formats);
// Weights alone are read into a network that is given: kerasWeights.test.ts.
const readable = all.filter(({ load, name }) => load !== undefined && name !== 'keras-weights');
let made = 0;
const pathFor = ({ extension = '' }: Format) => join(root, `${made++}${extension}`);

/** The files of a format by name, as bytes; of a single file that one. */
const filesAt = (path: string, { extension }: Format): [string, Buffer][] =>
  extension === undefined
    ? readdirSync(path).map((name) => [name, readFileSync(join(path, name))])
    : [['', readFileSync(path)]];

test('each has a name of its own, and says who reads it', () => {
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  for (const { title } of all) expect(title).toMatch(/\w/);
});

test('docs/export.md has a row for each', () => {
  const text = readFileSync(new URL('../../../docs/export.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `(\S+)` \| (.+?) \|/gm)].map(([, name, path]) => [
    name,
    path,
  ]);
  expect(Object.fromEntries(rows)).toEqual(
    Object.fromEntries(
      all.map(({ name, extension }) => [name, extension ? `\`${extension}\`` : 'a folder']),
    ),
  );
});

test('handgrad reads five of them back', () => {
  const names = ['keras', 'npz', 'onnx', 'safetensors', 'tfjs-layers'];
  expect(readable.map(({ name }) => name).sort()).toEqual(names);
});

/** Weights that took the place of others have a name of their own in a model folder. */
const withOneName = (files: ReturnType<typeof filesAt>) => {
  const named = (text: string) => text.replaceAll(/weights\.[0-9a-f]{16}\.bin/g, 'weights.bin');
  return files.map(([name, bytes]) => [named(name), named(Buffer.from(bytes).toString('latin1'))]);
};

describe.each(all)('$name', (format) => {
  test.each(Object.values(activations))('writes $name, the same bytes each time', async (g) => {
    const { network, params } = drawn(g, g);
    const [first, second] = [pathFor(format), pathFor(format)];
    await expectFlatMemory(async () => {
      await format.save(first, { network, params });
      await format.save(second, { network, params });
    });
    expect(filesAt(first, format)).toEqual(filesAt(second, format));
    expect(filesAt(first, format).every(([, bytes]) => bytes.length > 0)).toBe(true);
    disposeReplaced(params, {});
  });

  test('makes the folders on the way, and takes the place of what was there', async () => {
    const { network, params } = drawn();
    const other = drawn(activations.tanh, activations.sigmoid);
    const path = join(root, `deep ${made++}`, 'er', `m${format.extension ?? ''}`);
    await format.save(path, other);
    await format.save(path, { network, params });
    const plain = pathFor(format);
    await format.save(plain, { network, params });
    expect(withOneName(filesAt(path, format))).toEqual(withOneName(filesAt(plain, format)));
    expect(readdirSync(join(path, '..'))).toHaveLength(1);
  });

  test('a network that does not fit its parameters: nothing is written', async () => {
    const { network, params } = drawn();
    const path = join(root, `unfit ${made++}`, `m${format.extension ?? ''}`);
    const { b2, ...others } = params;
    const saving = format.save(path, { network, params: others });
    await expect(saving).rejects.toThrow(ModelError);
    await expect(saving).rejects.toThrow('The parameters hold no b2: there are W1, b1, W2.');
    expect(readdirSync(root)).not.toContain(path.split('/').at(-2));
    b2.dispose();
  });
});

describe.each(readable)('$name comes back bit for bit', (format) => {
  test.each(Object.values(activations))('$name', async (g) => {
    for (const model of [drawn(g, activations.sigmoid), drawn(activations.tanh, g)]) {
      const path = pathFor(format);
      await format.save(path, model);
      const loaded = await format.load!(path, {});
      expectSame(loaded, model);
      expect(loaded.note).toBeUndefined();
      disposeReplaced(loaded.params, {});
    }
  });

  test('the card comes back too, and a network without one has none', async () => {
    const path = pathFor(format);
    await format.save(path, { ...drawn(), card });
    // An ONNX file names the classes, as it has since 0.1, and no more of the card.
    const kept = format.name === 'onnx' ? undefined : card;
    expect((await format.load!(path, {})).card).toEqual(kept);
    await format.save(path, drawn());
    expect((await format.load!(path, {})).card).toBeUndefined();
  });

  test('activations that it says itself are not to be given', async () => {
    const path = pathFor(format);
    await format.save(path, drawn());
    const given = { activations: [activations.relu, activations.relu] };
    await expect(format.load!(path, given)).rejects.toThrow(ModelError);
  });

  test('a path that is not there', async () => {
    const path = pathFor(format);
    await expectFlatMemory(async () => {
      await expect(format.load!(path, {})).rejects.toThrow(ModelError);
      await expect(format.load!(path, {})).rejects.toThrow(path);
    });
  });
});

/** Whether a byte is one of the bare numbers of the parameters. */
function numbersIn(bytes: Buffer, { params }: Loaded): (at: number) => boolean {
  const spans = Object.values(params).map((P) => {
    const values = Float32Array.from(P.dataSync());
    const from = bytes.indexOf(Buffer.from(values.buffer));
    return [from, from + values.byteLength];
  });
  return (at) => spans.some(([from, to]) => from >= 0 && at >= from && at < to);
}

/*
 * Damaged on purpose: either a ModelError or the same bits, and never another exception, a hang or a
 * stray tensor.
 */
describe.each(readable)('$name, damaged', (format) => {
  async function expectRefusedOrSame(path: string, original: Loaded): Promise<boolean> {
    return expectFlatMemory(async () => {
      const read = await format.load!(path, {}).catch((error: Error) => error);
      if (read instanceof Error) {
        if (!(read instanceof ModelError)) throw read;
        expect(read.message).toMatch(/^\S.+\.$|--activations/s);
        return true;
      }
      expect(bits(read.params)).toEqual(bits(original.params));
      disposeReplaced(read.params, {});
      return false;
    });
  }

  async function sound() {
    const { network, params } = drawn();
    const path = pathFor(format);
    await format.save(path, { network, params });
    const damaged = pathFor(format);
    cpSync(path, damaged, { recursive: true });
    return { files: filesAt(path, format), damaged, original: { network, params } };
  }

  test('cut off at any length', async () => {
    const { files, damaged, original } = await sound();
    for (const [name, bytes] of files) {
      const lengths = Array.from({ length: 60 }, (_, i) => Math.floor((i * bytes.length) / 60));
      for (const length of [...lengths, bytes.length - 1]) {
        // A text without its last line break is whole.
        writeFileSync(join(damaged, name), bytes.subarray(0, length));
        const refused = await expectRefusedOrSame(damaged, original);
        if (bytes.at(-1) !== 10 || length < bytes.length - 1) expect(refused).toBe(true);
      }
      writeFileSync(join(damaged, name), bytes);
    }
    expect(await expectRefusedOrSame(damaged, original)).toBe(false);
  });

  test('a byte changed anywhere but in the bare numbers', async () => {
    const { files, damaged, original } = await sound();
    const random = new RandomState(31);
    let refused = 0;
    for (const [name, bytes] of files) {
      // Without a checksum nobody can tell one number from another.
      const isNumber =
        format.name === 'npz' || format.name === 'keras' ? () => false : numbersIn(bytes, original);
      const places = Array.from({ length: bytes.length }, (_, at) => at).filter(
        (at) => !isNumber(at),
      );
      if (name === 'weights.bin' || places.length === 0) continue;
      for (let i = 0; i < 250; i++) {
        const [place] = random.randint(0, places.length, 1);
        const at = places[place];
        const changed = Buffer.from(bytes);
        changed[at] = i % 2 ? changed[at] ^ (1 << (i % 8)) : random.randint(0, 256, 1)[0];
        writeFileSync(join(damaged, name), changed);
        if (await expectRefusedOrSame(damaged, original)) refused++;
      }
      writeFileSync(join(damaged, name), bytes);
    }
    expect(refused).toBeGreaterThan(50);
  });
});
