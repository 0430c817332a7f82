import { createHash } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { DownloadError } from '../../core/errors.js';
import { disk } from '../../files/disk.js';
import { writeAll } from '../../files/durable.js';
import { isAllowed } from './address.js';
import type { KnownFile } from './knownFile.js';
import { keepPace, type Pace } from './pace.js';
import { fetchByEnvironment, proxyOf } from './proxy.js';
import { plainWords } from './words.js';

/** A file, and how it is asked for. */
export interface Source {
  readonly file: KnownFile;
  readonly url: URL;
  readonly pace: Pace;
  readonly signal?: AbortSignal;
}

function failure({ file, url }: Source, reason: string, cause?: unknown): DownloadError {
  const how = proxyOf(url) ? ', by the proxy that HTTPS_PROXY or HTTP_PROXY names' : '';
  return new DownloadError(
    `${file.name} could not be downloaded from ${url}${how}: ${reason}. ` +
      'Run `handgrad data` again, or get both files by hand and name their folder with --data.',
    { cause },
  );
}

/**
 * Size and hash are checked as the bytes come. fetch's own `integrity` reads a whole body before it
 * answers: no progress, a slow server taken for a silent one, and no end to a body without an end.
 */
export async function fetchFile(
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
    await file.sync(); // before it gets its name
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
  const { url, signal } = source;
  const request = new AbortController();
  const stop = () => request.abort();
  const pace = keepPace(request, source.pace);
  signal?.addEventListener('abort', stop);
  try {
    signal?.throwIfAborted();
    const response = await follow(url, request.signal);
    if (!response.ok) throw new Error(`the server answered ${inWords(response.status)}`);
    if (!response.body) return;
    // Readable, since fetch's own stream hangs when it is aborted between its last byte and its end.
    const body = Readable.fromWeb(response.body as ReadableStream, { signal: request.signal });
    for await (const chunk of body) {
      pace.came(chunk.length);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof DownloadError) throw error;
    throw failure(source, plainWords(error), error);
  } finally {
    pace.stop();
    signal?.removeEventListener('abort', stop);
    request.abort();
  }
}

const MAX_REDIRECTS = 5;

/** fetch, but a redirect is held to the same rule as the address that was given. */
async function follow(start: URL, signal: AbortSignal): Promise<Response> {
  let url = start;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await fetchByEnvironment(url, { redirect: 'manual', signal });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    url = new URL(location, url);
    if (!isAllowed(url)) throw new Error(`it leads to ${url}, which is not https`);
  }
  throw new Error(`it leads on more than ${MAX_REDIRECTS} times`);
}

const inWords = (status: number) => [status, STATUS_CODES[status]].filter(Boolean).join(' ');
