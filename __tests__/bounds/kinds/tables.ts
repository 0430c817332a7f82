import { snappyParquet } from '../../data/formats/fixtures.js';
import type { Kind } from '../kinds.js';

const csv = (name: string, make: () => string, says?: RegExp): Kind => ({
  name: `CSV: ${name}`,
  format: 'table.csv',
  make: () => Buffer.from(make()),
  ...(says && { says }),
});
const jsonl = (name: string, make: () => string, says?: RegExp): Kind => ({
  ...csv(name, make, says),
  name: `JSON lines: ${name}`,
  format: 'table.jsonl',
});
const count = (n: number, of: (i: number) => string) => Array.from({ length: n }, (_, i) => of(i));

/** The same table with one of its bytes changed, wherever: in its header, its pages, its footer. */
const parquet = (at: number, byte: number): Kind => ({
  name: `Parquet: byte ${at} is ${byte}`,
  format: 'table.parquet',
  make: () => Uint8Array.from(snappyParquet, (old, i) => (i === at ? byte : old)),
});

export const tables: readonly Kind[] = [
  csv(
    '500,000 columns',
    () => `${count(500_000, () => '1').join(',')}\n`.repeat(2),
    /columns or more, and 100000|its table takes/,
  ),
  csv(
    '90,000 columns',
    () =>
      `${count(90_000, (i) => `c${i}`).join(',')}\n`.concat(
        `${count(90_000, () => '1').join(',')}\n`.repeat(2),
      ),
    /./,
  ),
  csv(
    '90,000 columns of one name',
    () =>
      `${count(90_000, () => 'a').join(',')}\n`.concat(
        `${count(90_000, () => '1').join(',')}\n`.repeat(2),
      ),
    /./,
  ),
  csv('one value of 1 MB in quotes', () => `a,b\n1,"${'x\n'.repeat(500_000)}"\n2,y\n`),
  csv(
    'a quotation mark that is not closed',
    () => `a,b\n1,"${'x,\n'.repeat(300_000)}`,
    /quotation mark/,
  ),
  csv('1 MB of commas', () => ','.repeat(1_000_000), /./),
  csv('1 MB of quotation marks', () => `a,b\n${'"'.repeat(1_000_000)}`, /./),
  csv('1 MB of blanks', () => `a b\n1 2\n${' '.repeat(1_000_000)}x`, /./),
  csv('numbers that no number holds', () => `a,b\n${'9'.repeat(500)},x\n1,y\n2,x\n3,y\n`),
  csv(
    '300 words in each of 200 columns',
    () =>
      `${count(201, (i) => `c${i}`).join(',')}\n${count(600, (i) => `${count(200, (j) => `w${(i * 7 + j) % 290}`).join(',')},${i % 2}`).join('\n')}\n`,
    /its inputs take|allowed|texts/,
  ),
  csv(
    'names that objects have already',
    () => `__proto__,constructor,y\n1,2,a\n2,3,b\n3,4,a\n4,5,b\n`,
  ),
  jsonl(
    '10,000 brackets',
    () => `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}\n`,
    /nests deeper than 100/,
  ),
  jsonl(
    'a new key in each line',
    () => count(50_000, (i) => `{"k${i}":1}`).join('\n'),
    /its table takes .* where/,
  ),
  jsonl(
    '100,001 keys in a line',
    () => `{${count(100_001, (i) => `"${i}":1`).join(',')}}\n`,
    /columns or more, and 100000|its table takes/,
  ),
  jsonl(
    '__proto__',
    () => '{"__proto__":1,"y":"a"}\n{"__proto__":2,"y":"b"}\n',
    /has a key __proto__/,
  ),
  jsonl(
    'an object without text',
    () => '{"a":{"toString":0},"y":1}\n{"a":2,"y":1}\n',
    /is an object/,
  ),
  jsonl('250,000 empty rows', () => '{}\n'.repeat(250_000), /has no rows|no columns|one column/),
  jsonl('a key of 900 kB', () => `{"${'k'.repeat(900_000)}":1}\n`, /./),
  ...[8, 12, 16, 20, 40, 60, 90, 120, 160, 200, 240, 300, 400].flatMap((at) => [
    parquet(at, 0xff),
    parquet(at, 0x7f),
  ]),
];
