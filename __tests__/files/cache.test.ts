import { join, resolve } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { ValueError } from '../../src/core/errors.js';
import { cacheLimit, userCacheDirectory } from '../../src/files/cache.js';

const { HANDGRAD_CACHE, HANDGRAD_CACHE_LIMIT, XDG_CACHE_HOME } = process.env;
afterEach(() => {
  for (const [name, value] of Object.entries({
    HANDGRAD_CACHE,
    HANDGRAD_CACHE_LIMIT,
    XDG_CACHE_HOME,
  })) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

test('HANDGRAD_CACHE names the folder', () => {
  process.env.HANDGRAD_CACHE = '/some/where';
  expect(userCacheDirectory()).toBe('/some/where');
});

test('a relative one is of where the process was when it first asked, and stays there', () => {
  process.env.HANDGRAD_CACHE = 'my cache';
  const first = resolve('my cache');
  expect(userCacheDirectory()).toBe(first);
  const before = process.cwd();
  try {
    process.chdir('/');
    expect(userCacheDirectory()).toBe(first);
  } finally {
    process.chdir(before);
  }
});

const elsewhere = process.platform === 'darwin' ? test.skip : test;

// freedesktop.org, XDG Base Directory Specification: relative paths are to be ignored.
elsewhere('without it, a folder of its own where the system keeps caches', () => {
  delete process.env.HANDGRAD_CACHE;
  process.env.XDG_CACHE_HOME = '/caches';
  expect(userCacheDirectory()).toBe(join('/caches', 'handgrad'));
  process.env.XDG_CACHE_HOME = 'relative';
  expect(userCacheDirectory()).toMatch(/[/\\]\.cache[/\\]handgrad$/);
});

// IEC 80000-13: Ki, Mi, Gi are powers of 1024; k, M, G of 1000.
test.each([
  [undefined, 2147483648],
  ['0', 0],
  ['500', 500],
  ['1.5kB', 1500],
  ['500MB', 500_000_000],
  ['500 mb', 500_000_000],
  ['4GiB', 4_294_967_296],
  ['1 TiB', 1_099_511_627_776],
  ['3G', 3_000_000_000],
])('HANDGRAD_CACHE_LIMIT %s', (text, bytes) => {
  if (text === undefined) delete process.env.HANDGRAD_CACHE_LIMIT;
  else process.env.HANDGRAD_CACHE_LIMIT = text;
  expect(cacheLimit()).toBe(bytes);
});

test.each(['much', '-1', '4 iB', '1e9', '2 GiB more'])('a limit of %s is refused', (text) => {
  process.env.HANDGRAD_CACHE_LIMIT = text;
  expect(cacheLimit).toThrow(ValueError);
  expect(cacheLimit).toThrow(`HANDGRAD_CACHE_LIMIT is '${text}'; give a size, such as 500MB or`);
});
