import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { STATUS_CODES } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { AbortError, DownloadError, HandgradError } from '../core/errors.js';
import { disk } from '../files/disk.js';
import { syncFolder, writeAll } from '../files/durable.js';
import { reasonOf } from '../files/reason.js';
import { withStaging } from '../files/staging.js';
import type { Dataset } from './dataset.js';

/** A file of which every byte is known before it comes. */
export interface KnownFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

const github = 'https://raw.githubusercontent.com/jalimpia/catvnoncat/HEAD/datasets/';

const catSet: readonly KnownFile[] = [
  {
    name: 'train_catvnoncat.h5',
    bytes: 2_572_022,
    sha256: 'fbe56ab67c3ae28d564e3a644189117976d6b31af0a3ce9bb17dbf22908af242',
  },
  {
    name: 'test_catvnoncat.h5',
    bytes: 616_958,
    sha256: '6a9d39ce52fa85953c5834695b8534a30ed8cfd54971fb2f080b5a24d002b951',
  },
];

/** Whether a data set was read from the two files of the cat set, byte for byte. */
export const isCatSet = ({ files: { train, test } }: Dataset): boolean =>
  [train, test].every(({ sha256 }, i) => sha256 === catSet[i].sha256);

/** Whether both files of the cat set lie in a folder, by their names and sizes. */
export async function catSetIsIn(folder: string): Promise<boolean> {
  const sizes = await Promise.all(
    catSet.map(({ name }) =>
      stat(join(folder, name)).then(
        (found) => found.isFile() && found.size,
        () => false,
      ),
    ),
  );
  return catSet.every(({ bytes }, i) => sizes[i] === bytes);
}

export interface CatSetDownload {
  /** The folder for the files, made where it is missing. */
  readonly to: string;
  /** The address of the folder that has them; GitHub's unless it is given. */
  readonly from?: string;
  /** The silence in ms after which a server is given up; 30,000 unless it is given. */
  readonly stallMs?: number;
  /** Told of the bytes, of both files together, as they come. */
  readonly onProgress?: (progress: { received: number; total: number }) => void;
  readonly signal?: AbortSignal;
}

/**
 * Downloads the two files of the cat set. Both are whole, with the size and the SHA-256 that were
 * expected, before either gets its name; a failure leaves nothing behind. A file that is there
 * already stays, and is not fetched again.
 * @throws DownloadError that says which file, from where, what went wrong, and the cure.
 * @throws AbortError when the signal fires.
 */
export async function downloadCatSet(
  options: CatSetDownload,
  files: readonly KnownFile[] = catSet,
): Promise<void> {
  try {
    await downloadMissing(options, files);
  } catch (error) {
    if (options.signal?.aborted) throw new AbortError('The download was stopped.');
    if (error instanceof HandgradError || !isSystemError(error)) throw error;
    throw new DownloadError(
      `The cat set cannot be written to ${options.to}: ${plainWords(error)}. ` +
        'Choose another folder with --to.',
      { cause: error },
    );
  }
}

async function downloadMissing(
  { to, from, stallMs = 30_000, onProgress, signal }: CatSetDownload,
  files: readonly KnownFile[],
): Promise<void> {
  const base = parseBase(from || github);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let received = 0;
  const onBytes = (bytes: number) => {
    received += bytes;
    onProgress?.({ received, total });
  };

  const missing: KnownFile[] = [];
  for (const file of files) {
    if (await isThere(join(to, file.name), file)) onBytes(file.bytes);
    else missing.push(file);
  }
  if (missing.length === 0) return;

  await inFolder(to, async (staging, place) => {
    for (const file of missing) {
      const source = { file, url: new URL(file.name, base), stallMs, signal };
      await download(source, join(staging, file.name), onBytes);
    }
    signal?.throwIfAborted();
    for (const { name } of missing) await place(name);
  });
}

/** @throws DownloadError where something else than the file has its name: it may be dear to someone. */
async function isThere(path: string, { bytes, sha256 }: KnownFile): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return false;
  if (found.isFile() && found.size === bytes) {
    const hash = createHash('sha256').update(await readFile(path));
    if (hash.digest('hex') === sha256) return true;
  }
  throw new DownloadError(
    `${path} is there already, but is not the file of the cat set. ` +
      'Move it away, or choose another folder with --to.',
  );
}

/**
 * Has `place` put files from a staging folder into `to`; takes them away again where `work` fails. A kill
 * between two of them leaves one, which is whole, and which the next download keeps.
 */
const inFolder = (
  to: string,
  work: (staging: string, place: (name: string) => Promise<void>) => Promise<void>,
): Promise<void> =>
  withStaging(to, async (staging) => {
    const placed: string[] = [];
    try {
      await work(staging, async (name) => {
        await disk.rename(join(staging, name), join(to, name));
        placed.push(join(to, name));
      });
      await syncFolder(to);
    } catch (error) {
      for (const path of placed) await disk.unlink(path).catch(() => {});
      throw error;
    }
  });

interface Source {
  readonly file: KnownFile;
  readonly url: URL;
  readonly stallMs: number;
  readonly signal?: AbortSignal;
}

function failure({ file, url }: Source, reason: string, cause?: unknown): DownloadError {
  return new DownloadError(
    `${file.name} could not be downloaded from ${url}: ${reason}. ` +
      'Run `handgrad data` again, or get both files by hand and name their folder with --data.',
    { cause },
  );
}

/**
 * Size and hash are checked as the bytes come. fetch's own `integrity` reads a whole body before it
 * answers: no progress, a slow server taken for a silent one, and no end to a body without an end.
 */
async function download(
  source: Source,
  path: string,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const { bytes, sha256 } = source.file;
  const hash = createHash('sha256');
  const file = await disk.open(path, 'wx');
  let received = 0;
  try {
    for await (const chunk of contents(source)) {
      received += chunk.length;
      if (received > bytes) throw failure(source, `it is longer than the ${bytes} bytes expected`);
      hash.update(chunk);
      await writeAll(file, chunk);
      onBytes(chunk.length);
    }
    await file.sync();
  } catch (error) {
    await file.close().catch(() => {});
    throw error;
  }
  await file.close();
  if (received < bytes) {
    throw failure(source, `it is too short, ${received} bytes where ${bytes} were expected`);
  }
  const found = hash.digest('hex');
  if (found !== sha256) {
    throw failure(source, `it is another file, of SHA-256 ${found} where ${sha256} was expected`);
  }
}

/** The bytes as they come. The request ends with the loop over them, however that ends. */
async function* contents(source: Source): AsyncGenerator<Uint8Array> {
  const { url, stallMs, signal } = source;
  const request = new AbortController();
  const stop = () => request.abort();
  const giveUp = () => request.abort(new Error(`nothing came for ${stallMs / 1000} s`));
  const silence = setTimeout(giveUp, stallMs);
  signal?.addEventListener('abort', stop);
  try {
    signal?.throwIfAborted();
    const response = await follow(url, request.signal);
    if (!response.ok) throw new Error(`the server answered ${inWords(response.status)}`);
    if (!response.body) return;
    // Readable, since fetch's own stream hangs when it is aborted between its last byte and its end.
    const body = Readable.fromWeb(response.body as ReadableStream, { signal: request.signal });
    for await (const chunk of body) {
      silence.refresh();
      yield chunk;
    }
  } catch (error) {
    throw failure(source, plainWords(error), error);
  } finally {
    clearTimeout(silence);
    signal?.removeEventListener('abort', stop);
    request.abort();
  }
}

const MAX_REDIRECTS = 5;

/** fetch, but a redirect is held to the same rule as the address that was given. */
async function follow(start: URL, signal: AbortSignal): Promise<Response> {
  let url = start;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await fetch(url, { redirect: 'manual', signal });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    url = new URL(location, url);
    if (!isAllowed(url)) throw new Error(`it leads to ${url}, which is not https`);
  }
  throw new Error(`it leads on more than ${MAX_REDIRECTS} times`);
}

function parseBase(address: string): URL {
  const folder = address.replace(/\/*$/, '/');
  if (URL.canParse(folder) && isAllowed(new URL(folder))) return new URL(folder);
  throw new DownloadError(
    `The cat set cannot be downloaded from ${address}: it is not an https address. ` +
      'Give one such as https://example.org/folder; http is taken from this machine alone.',
  );
}

function isAllowed({ protocol, hostname }: URL): boolean {
  const isThisMachine = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isThisMachine);
}

const inWords = (status: number) => [status, STATUS_CODES[status]].filter(Boolean).join(' ');

const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host was not found (is this machine online?)',
  EAI_AGAIN: 'the host was not found (is this machine online?)',
  ENETUNREACH: 'the host is out of reach (is this machine online?)',
  EHOSTUNREACH: 'the host is out of reach (is this machine online?)',
  ETIMEDOUT: 'the host did not answer',
  UND_ERR_CONNECT_TIMEOUT: 'the host did not answer',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection broke off',
  UND_ERR_SOCKET: 'the connection broke off',
};

/** fetch itself says no more than 'fetch failed': the innermost cause knows why. */
function plainWords(error: unknown): string {
  let root = error as NodeJS.ErrnoException;
  while (root.cause) root = root.cause as NodeJS.ErrnoException;
  return WORDS[root.code ?? ''] ?? reasonOf(root);
}

const isSystemError = (error: unknown) =>
  typeof (error as NodeJS.ErrnoException | undefined)?.syscall === 'string';
