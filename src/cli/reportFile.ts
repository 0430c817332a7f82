import { extname } from 'node:path';
import { DataError } from '../core/errors.js';
import { assertFileWritable, writeWhole } from '../files/write.js';

/** @throws DataError where a report could not be written there: better known before the work than after it. */
export const assertReportFile = (path: string): Promise<void> =>
  assertFileWritable(path, DataError);

/** Writes a report, whole or not at all, in a folder that is made where it is missing. */
export const writeReport = (path: string, text: string): Promise<void> =>
  writeWhole(path, text, DataError);

/** report.html of a run that was stopped: report-stopped.html, so that the whole one stays. */
export function stoppedName(path: string): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}-stopped${extension}`;
}
