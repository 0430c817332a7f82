import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { encodePng } from '../../../src/data/encodePng.js';
import { npyOf, npzOf } from '../../data/formats/npyBytes.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { handgrad, stackLines } from '../handgrad.js';

/*
 * What is wrong with the data is said in a sentence, with the place and the cure; nothing is written.
 */

const here = temporaryFolder();
const data = (name: string) => join(here, name);

const lines = (count: number, row: (i: number) => string, head = 'a,b,kind') =>
  `${[head, ...Array.from({ length: count }, (_, i) => row(i))].join('\n')}\n`;
const kinds = ['cold', 'warm'];
const good = (i: number) => `${(i * 7) % 11},${(i * i) % 13},${kinds[i % 2]}`;

const table = (text: string) => (path: string) => {
  writeFileSync(`${path}.csv`, text);
  return `${path}.csv`;
};

const arrays = (contents: Record<string, Uint8Array>) => (path: string) => {
  writeFileSync(`${path}.npz`, npzOf(contents));
  return `${path}.npz`;
};

const picture = (shade: number) =>
  encodePng({ data: new Uint8Array(4 * 4 * 3).fill(shade), width: 4, height: 4 });

/** A folder of folders, each of so many pictures; -1 for no picture, but a text. */
const folders = (counts: Record<string, number>) => (path: string) => {
  for (const [name, count] of Object.entries(counts)) {
    mkdirSync(join(path, name), { recursive: true });
    for (let i = 0; i < count; i++) writeFileSync(join(path, name, `${i}.png`), picture(20 * i));
    if (count < 0) writeFileSync(join(path, name, 'notes.txt'), 'no picture');
  }
  return path;
};

const floats = (values: number[], shape: number[]) => npyOf(Float32Array.from(values), shape);
const X = floats([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]);
const y = npyOf(Int32Array.of(0, 1, 0, 1));

interface Case {
  /** Writes the data; returns their path. */
  readonly make: (path: string) => string;
  readonly args?: readonly string[];
  /** Of the last line that is said. `{}` is the path of the data. */
  readonly says: RegExp;
}

const cases: Record<string, Case> = {
  'an unknown column': {
    make: table(lines(20, good)),
    args: ['--target', 'humidity'],
    says: /^{} has no column 'humidity', which --target names\. The columns are a, b, kind\.$/,
  },
  'a text among numbers': {
    make: table(lines(20, (i) => (i === 3 ? `oops,1,cold` : good(i)))),
    says: /^{}, row 5, column 'a': 'oops' is no number, .* or leave the column out: --leave-out a\.$/,
  },
  'a missing value': {
    make: table(lines(20, (i) => (i === 3 ? `,1,cold` : good(i)))),
    says: /^{}.* row 5.*'a'.*--missing /,
  },
  'a target with one value': {
    make: table(lines(20, (i) => `${i % 7},${i % 5},cold`)),
    says: /^{}: the target 'kind' is 'cold' in every row, .* Give another: --target …\.$/,
  },
  'one row': { make: table(lines(1, good)), says: /^{} has one row of values\. Give two rows/ },
  'an empty class folder': {
    make: folders({ red: 4, blue: 0 }),
    says: /^The class folder {}.blue has no pictures\. Put pictures there, or remove the folder\.$/,
  },
  'a folder without pictures': {
    make: folders({ red: -1, blue: -1 }),
    says: /^The folder {} holds blue\/, red\/, and nothing that makes a data set together\. Give /,
  },
  'a class that is missing in the test part': {
    make: folders({
      'train/red': 3,
      'train/blue': 3,
      'train/tan': 3,
      'test/red': 3,
      'test/tan': 3,
    }),
    says: /^{}.test has no folder blue, which {}.train has\. Put pictures of blue there, /,
  },
  'labels missing in the test part': {
    make: arrays({ x_train: X, y_train: y, x_test: X }),
    says: /^{}.*y_test/,
  },
  'another number of labels than of samples': {
    make: arrays({ X, y: npyOf(Int32Array.of(0, 1, 0)) }),
    says: /^X in {} is \(4, 2\) and y in {} is \(3,\): .* Give one label for each sample\.$/,
  },
  'parts of other sizes': {
    make: arrays({
      ...{ x_train: X, y_train: y, y_test: y },
      x_test: floats([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [4, 3]),
    }),
    says: /^The samples of x_test in {} are \(3,\), but those of x_train in {} \(2,\)\. Give all parts the same shape\.$/,
  },
  'a number that is none': {
    make: arrays({ X: floats([1, 2, 3, Number.NaN, 5, 6, 7, 8], [4, 2]), y }),
    says: /^X\[1, 1\] in {} is NaN\. Put a number there, or leave the sample out\.$/,
  },
  'a network for pictures, and a table': {
    make: table(lines(30, good)),
    args: ['--network', 'conv'],
    says: /^--network conv is for pictures, and .* has samples of 2 numbers\. Leave it out\.$/,
  },
  'patience without validation': {
    make: table(lines(30, good)),
    args: ['--patience', '3', '--validation', '0'],
    says: /^--patience needs validation samples\. Give --validation 0\.2\.$/,
  },
  'patience without early stopping': {
    make: table(lines(30, good)),
    args: ['--patience', '3', '--no-early-stopping'],
    says: /^--patience is of early stopping, which --no-early-stopping turns off\. Leave one of them out\.$/,
  },
  'label smoothing of numbers': {
    make: table(lines(30, (i) => `${i % 7},${i % 5},${i * 1.5}`)),
    args: ['--label-smoothing', '0.1'],
    says: /^--label-smoothing is of classes, and the targets are numbers\. Leave it out\.$/,
  },
};

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

describe('exit 1, a sentence with the place and the cure, nothing written, no stack', () => {
  test.each(Object.entries(cases))('%s', async (name, { make, args = [], says }) => {
    const path = make(data(name.replaceAll(' ', '-')));
    const before = readdirSync(here);
    const to = data('model');
    const common = ['--data', path, '--save', to, '--backend', 'cpu', '--json'];
    const ended = await handgrad(['train', ...common, ...args]);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr.trimEnd().split('\n').at(-1)).toMatch(
      new RegExp(says.source.replaceAll('{}', escaped(path)), says.flags),
    );
    expect(stackLines(ended)).toEqual([]);
    expect(existsSync(to)).toBe(false);
    expect(readdirSync(here)).toEqual(before);
  });

  test('nothing to go on with', async () => {
    const missing = data('missing');
    const ended = await handgrad(['train', '--resume', missing]);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toBe(
      `${join(missing, 'checkpoint.safetensors')} does not exist: there is no run to go on with in ${missing}. Name the folder that --save named; a run that has ended needs none.\n`,
    );
    expect(existsSync(missing)).toBe(false);
  });
});
