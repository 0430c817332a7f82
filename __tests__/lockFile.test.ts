import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { root } from '../scripts/package/install.js';

/*
 * What is installed here is what was looked at: every package of a lock file has a hash that npm checks, no
 * address but the registry's, and a licence that lets us use it and, where it is published, pass it on.
 */

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly link?: boolean;
}

const read = (path: string): [string, Locked][] => {
  const { packages } = JSON.parse(readFileSync(join(root, path), 'utf8'));
  return Object.entries<Locked>(packages).filter(([name]) => name !== '');
};

/** Permissive ones, by their SPDX names: notice and, at most, a word on patents. */
const allowed = new Set([
  ...['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0'],
  ...['Unlicense', 'CC0-1.0'],
]);

/** Of an SPDX expression all parts of AND, and one of OR. */
const isAllowed = (license: string) =>
  license
    .replace(/^\((.*)\)$/, '$1')
    .split(' AND ')
    .every((part) => part.split(' OR ').some((one) => allowed.has(one)));

/** With other words, and why that is well. */
const exceptions: Readonly<Record<string, string>> = {
  // HDF5's and h5wasm's own BSD-like licences, in one file; they ask for the notice, which npm installs.
  h5wasm: 'SEE LICENSE IN LICENSE.txt',
  // Data of browsers, by attribution; Vite and Babel read them while we develop, and none is passed on.
  'caniuse-lite': 'CC-BY-4.0',
  // Vite's CSS compiler, run and not passed on: Mozilla's asks only for its own files.
  lightningcss: 'MPL-2.0',
  // Looks for faults in our pages, in a browser of the tests, and is not passed on.
  'axe-core': 'MPL-2.0',
  // Of typedoc's Markdown, for the documentation: Python's licence is permissive.
  'markdown-it/node_modules/argparse': 'Python-2.0',
};
const published = new Set(['h5wasm']);
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 13);
const exceptionOf = (path: string) =>
  Object.keys(exceptions).find((name) =>
    name === 'lightningcss' ? nameOf(path).startsWith(name) : path === `node_modules/${name}`,
  );

describe.each(['package-lock.json', 'scripts/mutants/package-lock.json'])('%s', (path) => {
  const packages = read(path);

  test('is read', () => {
    expect(packages.length).toBeGreaterThan(100);
  });

  // SHA-512 in base64 are 88 characters; SHA-1 was broken in 2017.
  test('every package has an integrity hash, of SHA-512', () => {
    const without = packages.filter(
      ([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''),
    );
    expect(without.map(([name]) => name)).toEqual([]);
  });

  test('none comes from elsewhere than the registry that npm asks, or from a folder', () => {
    const elsewhere = packages.filter(([, { resolved, link }]) => link || resolved);
    expect(elsewhere.map(([name]) => name)).toEqual([]);
  });

  test('every licence is on the list, or is an exception with a reason', () => {
    const others = packages.filter(([name, { license }]) => {
      const exception = exceptionOf(name);
      return exception ? license !== exceptions[exception] : !isAllowed(license ?? 'none');
    });
    expect(others.map(([name, { license }]) => `${name}: ${license}`)).toEqual([]);
  });

  test('what is passed on or installed with us has no exception but the named one', () => {
    const named = packages.filter(
      ([name, { dev, devOptional }]) => exceptionOf(name) && !dev && !devOptional,
    );
    const ours = path === 'package-lock.json' ? named.map(([name]) => nameOf(name)) : [];
    expect(ours.filter((name) => !published.has(name))).toEqual([]);
  });
});

test('expressions of SPDX are read as they are meant', () => {
  expect(
    ['MIT', 'MIT OR GPL-3.0', '(MIT OR CC0-1.0)', 'Apache-2.0 AND MIT'].filter(isAllowed),
  ).toHaveLength(4);
  expect(['GPL-3.0', 'MIT AND GPL-3.0', 'none', 'UNLICENSED'].filter(isAllowed)).toEqual([]);
});

test('no exception is left that nothing needs', () => {
  const all = ['package-lock.json', 'scripts/mutants/package-lock.json'].flatMap(read);
  const needed = new Set(all.map(([name]) => exceptionOf(name)));
  expect(Object.keys(exceptions).filter((name) => !needed.has(name))).toEqual([]);
});

test('no package runs a script when it is installed', () => {
  expect(readFileSync(join(root, 'scripts/setup.mjs'), 'utf8')).toContain("'--ignore-scripts'");
});
