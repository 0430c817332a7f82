import { basename } from 'node:path';
import { ModelError } from '../core/errors.js';
import type { Network } from '../core/network.js';
import type { Params } from '../core/tensors.js';
import { writeWhole } from '../files/write.js';
import type { Card } from './card.js';
import type { Given } from './description.js';
import { readWhole } from './files.js';

/** A trained network, with the card that tells how it came to be. Its owner owns the parameters. */
export interface Model {
  readonly network: Network;
  readonly params: Params;
  readonly card?: Card;
}

/** What comes back from a file. The caller owns the parameters. */
export interface Loaded extends Model {
  /** In a sentence, what is not bit for bit as it was. */
  readonly note?: string;
}

/**
 * A way in which trained weights lie on disk, for other tools. Every value that formats/index.ts exports
 * is one: the command line and the tests take up a new one from there.
 */
export interface Format {
  readonly name: string;
  /** Who reads it. */
  readonly title: string;
  /** How its path ends; a folder has no ending. */
  readonly extension?: string;
  /** Whole or not at all; takes the place of what was there. @throws ModelError */
  save(path: string, model: Model): Promise<void>;
  /** Undefined where handgrad does not read the format. @throws ModelError */
  load?(path: string, given: Given): Promise<Loaded>;
}

/** A format of a single file, from how its bytes are made and read. */
export interface FileFormat extends Format {
  readonly extension: string;
  encode(model: Model): Promise<Uint8Array>;
  /** @param file stands in the messages. @throws ModelError, and leaves no tensor then */
  decode?(bytes: Uint8Array, given: Given, file: string): Loaded;
}

export function fileFormat(format: Omit<FileFormat, 'save' | 'load'>): FileFormat {
  const { extension, encode, decode } = format;
  return {
    ...format,
    save: async (path, model) => {
      if (!path.endsWith(extension)) {
        throw new ModelError(
          `${path} does not end in ${extension}, by which others know the format.`,
        );
      }
      await writeWhole(path, await encode(model), ModelError);
    },
    load: decode && (async (path, given) => decode(await readWhole(path), given, basename(path))),
  };
}
