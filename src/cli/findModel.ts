import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder as it is named, else the one of that name that comes with the package, such as models/cat. */
export function findModel(folder: string): string {
  const packaged = fileURLToPath(new URL(`../../${folder}`, import.meta.url));
  return !existsSync(folder) && existsSync(packaged) ? packaged : folder;
}
