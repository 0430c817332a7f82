import { chmodSync, chownSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { whoElseWrites } from '../../src/files/owned.js';
import { needing } from '../support/needs.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const root = temporaryFolder();
let made = 0;

/** cache/native/library, all of it the user's alone. */
function cache() {
  const cache = join(root, `cache-${made++}`);
  const folder = join(cache, 'native');
  mkdirSync(folder, { recursive: true });
  const library = join(folder, 'library');
  writeFileSync(library, '');
  for (const place of [cache, folder]) chmodSync(place, 0o755);
  chmodSync(library, 0o644);
  return { cache, folder, library };
}

const posix = needing('posix', process.getuid !== undefined);
const asRoot = needing('root', process.getuid?.() === 0);

posix.describe('what only the user writes', () => {
  test('is fine, under the temporary folder that all write, too', () => {
    const { folder, library } = cache();
    expect(whoElseWrites(library, folder)).toBeUndefined();
    expect(whoElseWrites(folder)).toBeUndefined();
  });

  // POSIX: 0020 is the group's right to write, 0002 that of all others.
  test.each([
    ['file', 0o646, '646'],
    ['file', 0o664, '664'],
    ['folder', 0o777, '777'],
    ['folder', 0o775, '775'],
    ['folder with the sticky bit', 0o1777, '1777'],
  ])('a %s of mode %o is not', (what, mode, words) => {
    const { folder, library } = cache();
    const place = what === 'file' ? library : folder;
    chmodSync(place, mode);
    expect(whoElseWrites(library, folder)).toBe(
      `${place} can be written by others (mode ${words})`,
    );
  });

  test('a folder on the way that all write is not, unless it keeps names to their owners', () => {
    const { cache: above, folder, library } = cache();
    chmodSync(above, 0o777);
    expect(whoElseWrites(library, folder)).toBe(`${above} can be written by others (mode 777)`);
    chmodSync(above, 0o1777);
    expect(whoElseWrites(library, folder)).toBeUndefined();
  });

  test('a link is followed, and the folders that it leads through are looked at', () => {
    const { folder: real, cache: above } = cache();
    const { folder } = cache();
    symlinkSync(real, join(folder, 'absolute'));
    symlinkSync(`../../${above.split('/').at(-1)}/./native`, join(folder, 'relative'));
    for (const name of ['absolute', 'relative']) {
      chmodSync(above, 0o755);
      const path = join(folder, name, 'library');
      expect(whoElseWrites(path)).toBeUndefined();
      chmodSync(above, 0o757);
      expect(whoElseWrites(path)).toBe(`${above} can be written by others (mode 757)`);
    }
  });

  test('a link that leads in circles ends', () => {
    const { folder } = cache();
    symlinkSync('again', join(folder, 'again'));
    expect(() => whoElseWrites(join(folder, 'again', 'library'))).not.toThrow(RangeError);
  });

  test('a path that is not there is the system error that it is', () => {
    expect(() => whoElseWrites(join(root, 'absent'))).toThrow(/ENOENT/);
  });
});

asRoot.describe('another user', () => {
  test.each(['cache', 'folder', 'library'] as const)('owns the %s', (what) => {
    const places = cache();
    chownSync(places[what], 12345, 12345);
    expect(whoElseWrites(places.library, places.folder)).toBe(
      `${places[what]} belongs to another user (uid 12345)`,
    );
  });

  test('owns a link on the way', () => {
    const { folder, library } = cache();
    const { cache: elsewhere } = cache();
    const link = join(elsewhere, 'link');
    symlinkSync(folder, link);
    lchownSync(link, 12345, 12345);
    expect(whoElseWrites(join(link, 'library'))).toBe(
      `${link} belongs to another user (uid 12345)`,
    );
    expect(whoElseWrites(library)).toBeUndefined();
  });

  // Many systems give each user a group of the same number, and a umask of 002.
  test("what leads to the folder may be written by the user's own group, the folder not", () => {
    const { cache: above, folder, library } = cache();
    chmodSync(above, 0o775);
    expect(whoElseWrites(library, folder)).toBeUndefined();
    chownSync(above, 0, 12345);
    expect(whoElseWrites(library, folder)).toBe(`${above} can be written by others (mode 775)`);
    chownSync(above, 0, 0);
    chmodSync(folder, 0o775);
    expect(whoElseWrites(library, folder)).toBe(`${folder} can be written by others (mode 775)`);
  });

  // Linux names 65534 (nobody) whoever has no number in the container: often the root outside of it.
  test('without a number in this container may own what leads to the folder, not the folder', () => {
    const { cache: above, folder, library } = cache();
    chownSync(above, 65534, 65534);
    expect(whoElseWrites(library, folder)).toBeUndefined();
    chownSync(folder, 65534, 65534);
    expect(whoElseWrites(library, folder)).toBe(`${folder} belongs to another user (uid 65534)`);
  });
});
