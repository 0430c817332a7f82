import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readData } from '../../../src/data/readData.js';
import type { OwnData, ReadDataOptions, SampleSet } from '../../../src/data/sampleSet.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';

/** A folder for files of a test, and what readData makes of them. */
export function trial() {
  const folder = temporaryFolder();
  const put = (files: Readonly<Record<string, string | Uint8Array>>) => {
    for (const [name, contents] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), contents);
    }
  };
  return {
    folder,
    put,
    /** Reads what was just written; the path is that of the file, or of the folder `at`. */
    read: (name: string, contents: string | Uint8Array, options?: ReadDataOptions) => {
      put({ [name]: contents });
      return readData(join(folder, name), options);
    },
    readAt: (name: string, options?: ReadDataOptions): Promise<OwnData> =>
      readData(join(folder, name), options),
    /** The message of the error, the folder's path left out. */
    failure: (reading: Promise<unknown>): Promise<string> =>
      reading.then(
        () => 'no error',
        (error: Error) => `${error.name}: ${error.message.replaceAll(`${folder}/`, '')}`,
      ),
  };
}

/** All numbers of a set, a row a sample. */
export function rowsOf(set: SampleSet): number[][] {
  const values = set.take(Array.from({ length: set.m }, (_, i) => i));
  const size = values.length / set.m;
  return Array.from({ length: set.m }, (_, i) => [...values.subarray(i * size, (i + 1) * size)]);
}

/** The name of each sample's class. */
export function classesOf({ targets }: SampleSet): string[] {
  if (targets.kind !== 'classes') throw new Error('The targets are numbers.');
  return Array.from(targets.labels, (label) => targets.classes[label]);
}

/** The targets of each sample. */
export function numbersOf({ targets }: SampleSet): number[] {
  if (targets.kind !== 'numbers') throw new Error('The targets are classes.');
  return [...targets.values];
}
