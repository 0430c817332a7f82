import { mkdir, stat } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { DataError, ModelError } from '../core/errors.js';
import { writeFolder } from '../export/files.js';
import { writeWhole } from './writeWhole.js';

/** @throws where a report could not be written there: better known before the work than after it. */
export async function demandReportFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) {
    throw new DataError(
      `${path} cannot be written: it is a folder. Give the path of a file in it.`,
    );
  }
  const refused = new Error('nothing is to be written');
  try {
    await writeFolder(path, {}, () => Promise.reject(refused));
  } catch (error) {
    if (!(error instanceof ModelError && error.cause === refused)) throw error;
  }
}

/** Writes a report, whole or not at all, in a folder that is made where it is missing. */
export async function writeReport(path: string, html: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeWhole(path, html);
}

/** report.html of a run that was stopped: report-stopped.html, so that the whole one stays. */
export function stoppedName(path: string): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}-stopped${extension}`;
}
