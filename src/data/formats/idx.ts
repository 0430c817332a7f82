import { basename, dirname, join, resolve } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { DataError } from '../../core/errors.js';
import { allowedFor, Budget } from '../../files/bounds.js';
import { isIdx, readIdx } from '../arrays/idxFile.js';
import type { NdArray } from '../arrays/ndArray.js';
import { ownArrays } from '../arrays/ownArrays.js';
import { type PartName, partOfName, partsOf } from '../arrays/parts.js';
import { bytesOf, entriesOf, headOf, type Source, sourceFile } from '../source.js';
import type { DataFormat } from './format.js';

/**
 * MNIST's files, plain and gzipped: train-images-idx3-ubyte and train-labels-idx1-ubyte, t10k-… for the
 * test. A folder of them, or one of them, beside which the others lie.
 */
export const idx: DataFormat = {
  name: 'idx',
  title: "MNIST's idx files",
  matches: async ({ path, isFolder, head }) =>
    isFolder ? (await namesIn(path)).length > 0 : isIdx(unpackedHead(head)),
  read: async (source, options) => {
    const folder = source.isFolder ? source.path : dirname(source.path);
    const pairs = await pairsIn(folder);
    if (pairs.length === 0) refuseAlone(source);
    const arrays = new Map<string, NdArray>();
    const paths: string[] = [];
    for (const { part, images, labels } of pairs) {
      for (const [role, file] of [
        ['x', images],
        ['y', labels],
      ] as const) {
        const path = join(folder, file);
        paths.push(path);
        arrays.set(`${role}_${part}`, readIdx(await unpacked(path), path));
      }
    }
    const files = await Promise.all(paths.map(sourceFile));
    const name = basename(resolve(folder));
    return ownArrays(partsOf(arrays, folder), { name, format: 'idx', files }, options);
  },
};

interface Pair {
  readonly part: PartName;
  readonly images: string;
  readonly labels: string;
}

const named = /^(.*?)(images|labels)([-_.]idx\d)?([-_.]ubyte)?(\.idx\d?)?(\.gz)?$/i;

/** The idx files of a folder, by the names that MNIST's have. */
async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const { name, isFolder } of await entriesOf(folder)) {
    if (isFolder || !named.test(name)) continue;
    if (isIdx(unpackedHead(await headOf(join(folder, name), 4096)))) names.push(name);
  }
  return names;
}

/** Images and labels of the same name otherwise; of plain and gzipped ones the plain. */
async function pairsIn(folder: string): Promise<Pair[]> {
  const files = new Map<string, { images?: string; labels?: string }>();
  for (const name of await namesIn(folder)) {
    const [, stem, role] = named.exec(name)!;
    files.set(stem, { [role.toLowerCase()]: name, ...files.get(stem) });
  }
  const pairs = [...files].flatMap(([stem, { images, labels }]): Pair[] => {
    const part = /t10k/i.test(stem) ? 'test' : (partOfName(stem) ?? 'train');
    return images && labels ? [{ part, images, labels }] : [];
  });
  const lone = [...files.values()].find(({ images, labels }) => !(images && labels));
  if (lone && pairs.length > 0) {
    throw new DataError(
      `${join(folder, (lone.images ?? lone.labels)!)} has no ${lone.images ? 'labels' : 'images'} beside it. Put them there, under the same name with ${lone.images ? 'labels' : 'images'}.`,
    );
  }
  const twice = pairs.find(({ part }, i) => pairs.findIndex((pair) => pair.part === part) !== i);
  if (!twice) return pairs;
  throw new DataError(
    `${folder} has several pairs for the ${twice.part} part, such as ${twice.images}. Keep one of each in a folder.`,
  );
}

function refuseAlone({ path, isFolder }: Source): never {
  const what = isFolder ? 'has an idx file without its partner' : 'has no partner';
  throw new DataError(
    `${path} ${what}: images and labels come in two files, such as train-images-idx3-ubyte and train-labels-idx1-ubyte. Put them into one folder.`,
  );
}

const isGzip = ([first, second]: Uint8Array) => first === 0x1f && second === 0x8b;

/** The first bytes, unpacked as far as they go. */
function unpackedHead(head: Uint8Array): Uint8Array {
  if (!isGzip(head)) return head;
  try {
    return gunzipSync(head.subarray(0, 4096), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return head;
  }
}

async function unpacked(path: string): Promise<Uint8Array> {
  const bytes = await bytesOf(path);
  if (!isGzip(bytes)) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: allowedFor(bytes.length) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      const atLeast = allowedFor(bytes.length) + 1;
      new Budget(path, bytes.length, DataError).take(atLeast, 'it unpacks to more than');
    }
    throw new DataError(`${path} is cut off or damaged: gzip cannot unpack it. Get it again.`, {
      cause: error,
    });
  }
}
