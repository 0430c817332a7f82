import { createHash } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { disk } from '../files/disk.js';
import type { Card } from './card.js';
import type { Signature } from './manifest.js';

/*
 * What stands in a model's folder, before it is read or replaced.
 */

export const modelFile = 'model.json';
export const cardFile = 'card.json';
export const weightsFile = 'weights.bin';

/** A model of a folder such as `last`, or its end, that counts once the folder around it says so. */
export const pendingFile = /^model\.([0-9a-f]{16})\.(json|gone)$/;

export const sha256Of = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

/** The SHA-256 of a card that lies there, if it does not say of which weights it is. */
export async function cardWithoutHash(path: string): Promise<string | undefined> {
  try {
    const file = join(path, cardFile);
    if (!(await disk.stat(file)).isFile()) return undefined;
    const bytes = await disk.readFile(file);
    const { weights } = Object(JSON.parse(new TextDecoder().decode(bytes))) as Partial<Card>;
    return weights ? undefined : sha256Of(bytes);
  } catch {
    return undefined; // none, or none that could be taken for a card
  }
}

/** Which of the models in folders of this one count, by its model.json. */
export async function versionIn(path: string): Promise<string | undefined> {
  try {
    const file = join(path, modelFile);
    if (!(await disk.stat(file)).isFile()) return undefined; // a pipe would be waited for
    const text = new TextDecoder().decode(await disk.readFile(file));
    const { version } = Object(Object(JSON.parse(text)).handgrad) as Signature;
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined; // none, or one of another make
  }
}

/**
 * The name of the model in a folder: model.json, or one that came with the model of the folder around it
 * and has not got its place yet; undefined where it was taken away by that.
 */
export async function nameIn(path: string): Promise<string | undefined> {
  const names = await disk.readdir(path).catch(() => []);
  const pending = names.filter((name) => pendingFile.test(name));
  if (pending.length === 0) return modelFile;
  const version = await versionIn(dirname(resolve(path)));
  const one = pending.find((name) => pendingFile.exec(name)?.[1] === version);
  return one?.endsWith('.gone') ? undefined : (one ?? modelFile);
}
