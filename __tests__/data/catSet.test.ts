import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { AbortError, DownloadError } from '../../src/core/errors.js';
import { catSetIsIn, downloadCatSet } from '../../src/data/catSet.js';
import type { KnownFile } from '../../src/data/download/knownFile.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const root = temporaryFolder();
let to: string;
let from: string;
let handle: RequestListener;
let asked: (string | undefined)[];

const server = createServer((request, response) => {
  asked.push(request.url);
  handle(request, response);
});

beforeEach(async () => {
  to = join(root, `target-${readdirSync(root).length}`);
  asked = [];
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  from = `http://127.0.0.1:${(server.address() as AddressInfo).port}/set`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const bytesOf = (name: string) => Buffer.from(`the bytes of ${name}`.repeat(5000));
const known = (name: string): KnownFile => ({
  name,
  bytes: bytesOf(name).length,
  sha256: createHash('sha256').update(bytesOf(name)).digest('hex'),
});
const files = [known('train.h5'), known('test.h5')];
const [train, held] = files;
const total = train.bytes + held.bytes;

/** Answers with the bytes of each file, but for one name. */
const serve =
  (except?: string, otherwise?: RequestListener): RequestListener =>
  (request, response) => {
    const name = request.url!.slice('/set/'.length);
    if (name === except) otherwise!(request, response);
    else response.end(bytesOf(name));
  };

const write = (name: string, content: Buffer | string) => {
  mkdirSync(to, { recursive: true });
  writeFileSync(join(to, name), content);
};

async function messageOf(download: Promise<void>): Promise<string> {
  const error = await download.then(
    () => undefined,
    (error) => error,
  );
  expect(error).toBeInstanceOf(DownloadError);
  return error.message;
}

describe('a download', () => {
  test('brings both files, tells of every byte, and leaves nothing else', async () => {
    handle = serve();
    const progress: { received: number; total: number }[] = [];
    await downloadCatSet({ to, from, onProgress: (p) => progress.push(p) }, files);

    expect(asked).toEqual(['/set/train.h5', '/set/test.h5']);
    expect(readdirSync(to).sort()).toEqual(['test.h5', 'train.h5']);
    for (const { name } of files) expect(readFileSync(join(to, name))).toEqual(bytesOf(name));
    expect(progress.at(-1)).toEqual({ received: total, total });
    const received = progress.map((p) => p.received);
    expect(received).toEqual([...received].sort((a, b) => a - b));
  });

  test('keeps a file that is there already, and fetches the other one alone', async () => {
    handle = serve();
    write('train.h5', bytesOf('train.h5'));
    const received: number[] = [];
    await downloadCatSet({ to, from, onProgress: (p) => received.push(p.received) }, files);
    expect(asked).toEqual(['/set/test.h5']);
    expect(received[0]).toBe(train.bytes);
    expect(received.at(-1)).toBe(total);

    await downloadCatSet({ to, from }, files);
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['of another size', Buffer.from('mine')],
    ['of the same size', Buffer.alloc(held.bytes, 'm')],
  ])('does not touch another file of that name, %s', async (_, mine) => {
    handle = serve();
    write('test.h5', mine);
    write('notes.txt', 'keep me');
    expect(await messageOf(downloadCatSet({ to, from }, files))).toBe(
      `${join(to, 'test.h5')} is there already, but is not the file of the cat set. ` +
        'Move it away, or choose another folder with --to.',
    );
    expect(asked).toEqual([]);
    expect(readdirSync(to).sort()).toEqual(['notes.txt', 'test.h5']);
    expect(readFileSync(join(to, 'test.h5'))).toEqual(mine);
  });

  test('follows five redirects', async () => {
    const path = ['/set/train.h5', '/1', '/2', '/3', '/4', '/5'];
    handle = ({ url }, response) => {
      const next = path[path.indexOf(url!) + 1];
      if (path.includes(url!) && next) response.writeHead(302, { location: next }).end();
      else response.end(bytesOf(url === '/5' ? 'train.h5' : 'test.h5'));
    };
    await downloadCatSet({ to, from: `${from}/` }, files);
    expect(asked).toEqual([...path, '/set/test.h5']);
    expect(readFileSync(join(to, 'train.h5'))).toEqual(bytesOf('train.h5'));
  });

  test('may take longer than stallMs, as long as something comes', async () => {
    handle = serve('test.h5', async (_, response) => {
      for (let sent = 0; sent < held.bytes; sent += held.bytes / 8) {
        response.write(bytesOf('test.h5').subarray(sent, sent + held.bytes / 8));
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      response.end();
    });
    await downloadCatSet({ to, from, stallMs: 1000 }, files);
    expect(readFileSync(join(to, 'test.h5'))).toEqual(bytesOf('test.h5'));
  });
});

describe('a server that holds us up', () => {
  const drip =
    (everyMs: number): RequestListener =>
    (_, response) => {
      const clock = setInterval(() => response.write('x'), everyMs);
      response.on('close', () => clearInterval(clock));
    };

  test('a byte now and then is too little', async () => {
    handle = serve('test.h5', drip(50));
    const pace = { stallMs: 500, leastSpeed: 1000 };
    expect(await messageOf(downloadCatSet({ to, from, ...pace }, files))).toMatch(
      /test\.h5: only \d{1,2} bytes came in 0\.5 s\. Run/,
    );
    expect(existsSync(to)).toBe(false);
  });

  test('however fast it is, the time is over once: for both files together', async () => {
    let train = 0;
    handle = serve('test.h5', drip(10));
    const server = handle;
    handle = (request, response) => {
      if (request.url?.endsWith('test.h5')) server(request, response);
      else setTimeout(() => server(request, response), 300 + train++);
    };
    const start = Date.now();
    const pace = { leastSpeed: 1, deadlineMs: 900 };
    expect(await messageOf(downloadCatSet({ to, from, ...pace }, files))).toContain(
      'test.h5: it was not whole after 0.9 s. Run',
    );
    expect(Date.now() - start).toBeGreaterThanOrEqual(890);
    expect(existsSync(to)).toBe(false);
  });

  test('redirects without an end do not get past it either', async () => {
    handle = ({ url }, response) => {
      setTimeout(() => response.writeHead(302, { location: `${url}x` }).end(), 100);
    };
    expect(await messageOf(downloadCatSet({ to, from, deadlineMs: 250 }, files))).toContain(
      'it was not whole after 0.25 s',
    );
  });
});

describe('a download that fails leaves nothing and says', () => {
  const again =
    'Run `handgrad data` again, or get both files by hand and name their folder with --data.';

  // The second file fails, so that the first one lies there whole.
  const wrong = Buffer.alloc(held.bytes);
  const wrongHash = createHash('sha256').update(wrong).digest('hex');
  const cases: [string, RequestListener, string][] = [
    ['not found', (_, r) => r.writeHead(404).end('no'), 'the server answered 404 Not Found'],
    [
      'an error of the server',
      (_, r) => r.writeHead(503).end(),
      'the server answered 503 Service Unavailable',
    ],
    [
      'short',
      (_, r) => r.end('too short'),
      `it is too short, 9 bytes where ${held.bytes} were expected`,
    ],
    [
      'empty',
      (_, r) => r.writeHead(204).end(),
      `it is too short, 0 bytes where ${held.bytes} were expected`,
    ],
    [
      'long',
      (_, r) => r.end(Buffer.alloc(held.bytes + 1)),
      `it is longer than the ${held.bytes} bytes expected`,
    ],
    [
      'another hash',
      (_, r) => r.end(wrong),
      `it is another file, of SHA-256 ${wrongHash} where ${held.sha256} was expected`,
    ],
    ['reset', (_, r) => r.destroy(), 'the connection broke off'],
    [
      'broken off in the middle',
      (_, r) => {
        r.writeHead(200, { 'content-length': held.bytes });
        r.write(bytesOf('test.h5').subarray(0, 1000), () => r.destroy());
      },
      'the connection broke off',
    ],
    ['never answered', () => {}, 'nothing came for 1 s'],
    [
      'stalled in the middle',
      (_, r) => r.write(bytesOf('test.h5').subarray(0, 1000)),
      'nothing came for 1 s',
    ],
    ['whole, but without an end', (_, r) => r.write(bytesOf('test.h5')), 'nothing came for 1 s'],
    [
      'led to plain http',
      (_, r) => r.writeHead(301, { location: 'http://example.org/test.h5' }).end(),
      'it leads to http://example.org/test.h5, which is not https',
    ],
    [
      'led to a file of this machine',
      (_, r) => r.writeHead(302, { location: 'file:///etc/hostname' }).end(),
      'it leads to file:///etc/hostname, which is not https',
    ],
    [
      'led in circles',
      (_, r) => r.writeHead(307, { location: '/set/test.h5' }).end(),
      'it leads on more than 5 times',
    ],
  ];
  const failing = (otherwise: RequestListener, stallMs?: number) => {
    handle = serve('test.h5', otherwise);
    return messageOf(downloadCatSet({ to, from, stallMs }, files));
  };

  test.each(cases)('%s', async (_, otherwise, reason) => {
    const stallMs = reason.startsWith('nothing came') ? 1000 : undefined;
    expect(await failing(otherwise, stallMs)).toBe(
      `test.h5 could not be downloaded from ${from}/test.h5: ${reason}. ${again}`,
    );
    expect(existsSync(to)).toBe(false);
  });

  test.each([
    [200, `it is longer than the ${held.bytes} bytes expected`],
    [500, 'the server answered 500 Internal Server Error'],
  ])('an answer %s without an end is cut off', async (status, reason) => {
    const closed = new Promise<void>((resolve) => {
      handle = serve('test.h5', (_, response) => {
        const more = () => {
          while (response.write(Buffer.alloc(1 << 16))) {}
        };
        response.writeHead(status).on('drain', more).on('close', resolve);
        more();
      });
    });
    expect(await messageOf(downloadCatSet({ to, from }, files))).toContain(`: ${reason}. `);
    await closed;
  });

  test('a connection that is refused', async () => {
    await new Promise((resolve) => server.close(resolve));
    expect(await messageOf(downloadCatSet({ to, from }, files))).toBe(
      `train.h5 could not be downloaded from ${from}/train.h5: the connection was refused. ${again}`,
    );
    expect(existsSync(to)).toBe(false);
    server.listen(0, '127.0.0.1');
  });

  test('a host that is not found', async () => {
    // What fetch throws then; to ask for such a name would need a network.
    const cause = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    const offline = jest.spyOn(globalThis, 'fetch');
    offline.mockRejectedValue(new TypeError('fetch failed', { cause }));
    try {
      expect(await messageOf(downloadCatSet({ to }, files))).toBe(
        'train.h5 could not be downloaded from https://raw.githubusercontent.com/jalimpia/' +
          'catvnoncat/HEAD/datasets/train.h5: the host was not found (is this machine online?). ' +
          again,
      );
    } finally {
      offline.mockRestore();
    }
    expect(existsSync(to)).toBe(false);
  });

  test.each([
    'http://example.org/set',
    'http://127.0.0.1.example.org/set',
    'ftp://127.0.0.1/set',
    'shared/cats',
  ])('the address %s is not https', async (address) => {
    expect(await messageOf(downloadCatSet({ to, from: address }, files))).toBe(
      `The cat set cannot be downloaded from ${address}: it is not an https address. ` +
        'Give one such as https://example.org/folder; http is taken from this machine alone.',
    );
  });

  test('folders that were made for it go, others and what lies in them stay', async () => {
    write('notes.txt', 'keep me');
    const outer = to;
    to = join(outer, 'new', 'newer');
    await failing((_, response) => response.writeHead(404).end());
    expect(readdirSync(outer)).toEqual(['notes.txt']);

    to = outer;
    await failing((_, response) => response.writeHead(404).end());
    expect(readdirSync(outer)).toEqual(['notes.txt']);
  });

  test('a file of the set that was there before stays', async () => {
    write('train.h5', bytesOf('train.h5'));
    await failing((_, response) => response.writeHead(404).end());
    expect(readdirSync(to)).toEqual(['train.h5']);
  });

  test('a file where the folder should be', async () => {
    write('taken', '');
    expect(await messageOf(downloadCatSet({ to: join(to, 'taken'), from }, files))).toBe(
      `The cat set cannot be written to ${join(to, 'taken')}: a file stands where a folder ` +
        'should. Choose another folder with --to.',
    );
    expect(asked).toEqual([]);
  });

  test('when a name is taken at the last moment, the file placed before it goes too', async () => {
    handle = serve('test.h5', (_, response) => {
      mkdirSync(join(to, 'test.h5'));
      response.end(bytesOf('test.h5'));
    });
    const message = await messageOf(downloadCatSet({ to, from }, files));
    expect(message).toContain(`The cat set cannot be written to ${to}: `);
    expect(readdirSync(to)).toEqual(['test.h5']);
  });
});

describe('an abort', () => {
  const aborted = async (signal: AbortSignal) => {
    await expect(downloadCatSet({ to, from, signal }, files)).rejects.toThrow(AbortError);
    expect(existsSync(to)).toBe(false);
  };

  test('before the start asks nobody', async () => {
    handle = serve();
    await aborted(AbortSignal.abort());
    expect(asked).toEqual([]);
  });

  test('before an answer, and in the middle of a file, stops it', async () => {
    const early = new AbortController();
    handle = serve('test.h5', () => early.abort());
    await aborted(early.signal);

    const late = new AbortController();
    handle = serve('test.h5', (_, response) =>
      response.write(bytesOf('test.h5').subarray(0, 1000), () => late.abort()),
    );
    await aborted(late.signal);
  });

  test('with the last byte still leaves nothing', async () => {
    const controller = new AbortController();
    handle = serve();
    const onProgress = ({ received }: { received: number }) => {
      if (received === total) controller.abort();
    };
    await expect(
      downloadCatSet({ to, from, onProgress, signal: controller.signal }, files),
    ).rejects.toThrow(AbortError);
    expect(existsSync(to)).toBe(false);
  });
});

test('what onProgress throws is passed on as it is', async () => {
  handle = serve();
  const mistake = new TypeError('a mistake of the caller');
  const onProgress = () => {
    throw mistake;
  };
  await expect(downloadCatSet({ to, from, onProgress }, files)).rejects.toBe(mistake);
  expect(existsSync(to)).toBe(false);
});

describe('the cat set', () => {
  // The real files are looked at in catSet.cats.test.ts.
  test('is not in a folder that has its names and sizes alone', async () => {
    expect(await catSetIsIn(to)).toBe(false);
    write('train_catvnoncat.h5', '');
    truncateSync(join(to, 'train_catvnoncat.h5'), 2_572_022);
    write('test_catvnoncat.h5', '');
    truncateSync(join(to, 'test_catvnoncat.h5'), 616_958);
    expect(await catSetIsIn(to)).toBe(false);
  });
});
