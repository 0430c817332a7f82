import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DataError, ModelError } from '../../src/core/errors.js';
import { RandomState } from '../../src/core/random.js';
import { downloadCatSet } from '../../src/data/catSet.js';
import type { KnownFile } from '../../src/data/download/knownFile.js';
import { writeModels } from '../../src/export/files.js';
import { sha256Of } from '../../src/export/standing.js';
import { writeWhole } from '../../src/files/write.js';
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
} from '../../src/training/checkpoint.js';
import { modelOf, nameForOthers, nameOfModel, writeOldModel } from './models.js';

/** Something that is written, and how it is known to be the old one or the new one. */
export interface Subject {
  readonly name: string;
  /** What lies in the folder before. */
  before(folder: string): Promise<void>;
  write(folder: string): Promise<void>;
  /** What lies in the folder, in words. @throws Error where it is neither one nor the other */
  read(folder: string): Promise<string>;
  readonly old: string;
  readonly new: string;
  /** What lies there when all has gone well, folders not counted. */
  readonly files: readonly string[];
  /** Ends what a write that "died" has left running. */
  end?(): void;
}

/** A reader that knows model.json alone sees one whole model too: in `last` an old one, until it has come. */
async function readModels(folder: string): Promise<string> {
  const names: string[] = [];
  for (const place of [folder, join(folder, 'last')]) {
    names.push(await nameOfModel(place));
    nameForOthers(place);
  }
  if (nameForOthers(folder) !== names[0]) throw new Error('others see another model');
  return names.join(', last ');
}

const models = (path: string, whole: string, last?: string) =>
  writeModels(path, { '': modelOf(whole), ...(last && { last: lastOf(last) }) });
const lastOf = (name: string) => (name === 'none' ? undefined : modelOf(name));

const modelSubject = (
  name: string,
  before: (path: string) => Promise<void>,
  [whole, last]: readonly [string, string?],
  states: { readonly old: string; readonly new: string },
  files: readonly string[],
): Subject => ({
  ...{ name, before, ...states, files, read: readModels },
  write: (path) => models(path, whole, last),
});

const nothing = async () => {};
const one = ['card.json', 'model.json', 'weights.bin'];
const inLast = (names: readonly string[]) => names.map((name) => join('last', name));

const modelSubjects: readonly Subject[] = [
  modelSubject(
    'the first model of a folder',
    nothing,
    ['B'],
    { old: 'none, last none', new: 'B, last none' },
    one,
  ),
  modelSubject(
    'a model over another',
    (path) => models(path, 'A'),
    ['B'],
    { old: 'A, last none', new: 'B, last none' },
    one,
  ),
  modelSubject(
    'a model over one of an older handgrad',
    async (path) => writeOldModel(path, 'A'),
    ['B'],
    { old: 'A, last none', new: 'B, last none' },
    one,
  ),
  modelSubject(
    'a model over the same one',
    async (path) => {
      await models(path, 'A');
      await models(path, 'B');
    },
    ['B'],
    { old: 'B, last none', new: 'B, last none' },
    one,
  ),
  modelSubject(
    'a model and its last epoch over others',
    (path) => models(path, 'A', 'C'),
    ['B', 'D'],
    { old: 'A, last C', new: 'B, last D' },
    [...one, ...inLast(one)],
  ),
  modelSubject(
    'a model and its last epoch over one without',
    (path) => models(path, 'A'),
    ['B', 'D'],
    { old: 'A, last none', new: 'B, last D' },
    [...one, ...inLast(one)],
  ),
  modelSubject(
    'a model that takes the last epoch of another away',
    (path) => models(path, 'A', 'C'),
    ['B', 'none'],
    { old: 'A, last C', new: 'B, last none' },
    one,
  ),
];

const checkpointOf = (epoch: number): Uint8Array => {
  const values = Float32Array.from(new RandomState(epoch).rand(100 * epoch));
  const W = { W1: { shape: [values.length], values } };
  const checkpoint: Checkpoint = {
    ...{
      epoch,
      batch: 0,
      run: { epochs: 9 },
      history: { epoch: [], history: { cost: [] } },
      isDone: false,
    },
    ...{ random: new RandomState(1).position, params: W, optimizerState: {} },
  };
  return encodeCheckpoint(checkpoint);
};
const checkpointPath = (folder: string) => join(folder, 'checkpoint.safetensors');

const checkpoints: Subject = {
  name: 'a checkpoint over another',
  before: (folder) => writeWhole(checkpointPath(folder), checkpointOf(1), ModelError),
  write: (folder) => writeWhole(checkpointPath(folder), checkpointOf(2), ModelError),
  read: async (folder) => {
    const bytes = readFileSync(checkpointPath(folder));
    const { epoch } = decodeCheckpoint(bytes, 'it').checkpoint;
    if (!bytes.equals(checkpointOf(epoch))) throw new Error('another checkpoint');
    return String(epoch);
  },
  ...{ old: '1', new: '2', files: ['checkpoint.safetensors'] },
};

const page = (word: string) => `<p>${word.repeat(20_000)}</p>`;
const reports: Subject = {
  name: 'a report in a folder that is made for it',
  before: nothing,
  write: (folder) => writeWhole(join(folder, 'a', 'b', 'page.html'), page('new'), DataError),
  read: async (folder) => {
    const file = join(folder, 'a', 'b', 'page.html');
    if (!existsSync(file)) return 'none';
    if (readFileSync(file, 'utf8') !== page('new')) throw new Error('another report');
    return 'new';
  },
  ...{ old: 'none', new: 'new', files: [join('a', 'b', 'page.html')] },
};

const parts = ['train.h5', 'test.h5'];
const bytesOf = (name: string) => Buffer.from(`the bytes of ${name}`.repeat(5000));
const known: readonly KnownFile[] = parts.map((name) => ({
  ...{ name, bytes: bytesOf(name).length, sha256: sha256Of(bytesOf(name)) },
}));

function close(server: Server): void {
  server.closeAllConnections();
  server.close();
  servers.delete(server);
}

/** Two files that are known by their hashes: each whole or not there, and nothing beside them changed. */
const servers = new Set<Server>();

const downloads: Subject = {
  name: 'the download of a data set',
  before: async (folder) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'mine.txt'), 'mine');
  },
  write: async (to) => {
    const server = createServer(({ url }, response) => response.end(bytesOf(url!.slice(1))));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.add(server);
    const from = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      await downloadCatSet({ to, from }, known);
    } finally {
      close(server);
    }
  },
  end: () => servers.forEach(close),
  read: async (folder) => {
    if (readFileSync(join(folder, 'mine.txt'), 'utf8') !== 'mine') throw new Error('mine is gone');
    const there = parts.filter((name) => existsSync(join(folder, name)));
    for (const name of there) {
      if (!readFileSync(join(folder, name)).equals(bytesOf(name))) throw new Error(`other ${name}`);
    }
    return there.length === parts.length ? 'both' : 'what was there';
  },
  ...{ old: 'what was there', new: 'both', files: ['mine.txt', ...parts] },
};

export const subjects = [...modelSubjects, checkpoints, reports, downloads];
