import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { userCacheDirectory } from '../../src/files/cache.js';

const { HANDGRAD_CACHE, XDG_CACHE_HOME } = process.env;
afterEach(() => {
  for (const [name, value] of Object.entries({ HANDGRAD_CACHE, XDG_CACHE_HOME })) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

test('HANDGRAD_CACHE names the folder', () => {
  process.env.HANDGRAD_CACHE = '/some/where';
  expect(userCacheDirectory()).toBe('/some/where');
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
