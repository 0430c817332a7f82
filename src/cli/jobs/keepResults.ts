import { join } from 'node:path';
import { DataError } from '../../core/errors.js';
import { writeWhole } from '../../files/write.js';
import { version } from '../../version.js';
import { commandLine } from './commandLine.js';
import { runFolder } from './runFolder.js';

/** What came of some jobs, and what is needed to do them once more. */
export interface Kept {
  /** The run's name, where workers did them. */
  readonly run?: string;
  /** How it was asked for, with the seed; without anything secret. */
  readonly asked: object;
  /** Such as: WASM (tfjs 4.22.0). */
  readonly backend?: string;
  /** By what the data are known again. */
  readonly data: readonly { readonly path: string; readonly sha256: string }[];
  readonly results: unknown;
  /** As CSV. */
  readonly table: string;
  /** As HTML. */
  readonly page: string;
}

/** The names in a folder of results. */
export const keptFiles = { json: 'run.json', table: 'table.csv', page: 'report.html' } as const;

/**
 * Writes down what came of some jobs: in a folder, and under the run's name on the machine that began it.
 *
 * @throws DataError where a folder does not take it
 */
export async function keepResults(
  { run, asked, backend, data, results, table, page }: Kept,
  folder?: string,
): Promise<void> {
  const about = {
    ...{ run, command: commandLine(process.argv.slice(2)), asked },
    ...{ handgrad: version, node: process.version, backend },
    ended: new Date().toISOString(),
  };
  const texts = {
    [keptFiles.json]: `${JSON.stringify({ ...about, data, results }, null, 2)}\n`,
    [keptFiles.table]: table,
    [keptFiles.page]: page,
  };
  const folders = [folder ?? [], run === undefined ? [] : runFolder(run)].flat();
  for (const at of folders) {
    for (const [name, text] of Object.entries(texts)) {
      await writeWhole(join(at, name), text, DataError);
    }
  }
}
