import { ModelError } from '../core/errors.js';
import type { Network } from '../core/network.js';
import type { Params } from '../core/tensors.js';
import { orDamaged } from '../files/damaged.js';
import { writeWhole } from '../files/write.js';
import type { Card } from './card.js';
import type { LoadOptions } from './description.js';
import { readWhole } from './files.js';

/** A trained network with its card. The caller owns the parameters. */
export interface Model {
  readonly network: Network;
  readonly params: Params;
  readonly card?: Card;
}

/** A model read from a file. The caller owns the parameters. */
export interface Loaded extends Model {
  /** One sentence on what was changed in reading, such as rounding. */
  readonly note?: string;
}

/**
 * A file format for trained weights. Every export of formats/index.ts is one; the command line and the
 * tests pick up new formats from there.
 */
export interface Format {
  readonly name: string;
  /** The tools that read it. */
  readonly title: string;
  /** The file extension; undefined for a folder. */
  readonly extension?: string;
  /** Writes atomically and replaces what exists at the path. @throws ModelError */
  save(path: string, model: Model): Promise<void>;
  /** Undefined if handgrad cannot read the format. @throws ModelError */
  load?(path: string, given: LoadOptions): Promise<Loaded>;
}

/** A single-file format, defined by encoding and decoding its bytes. */
export interface FileFormat extends Format {
  readonly extension: string;
  encode(model: Model): Promise<Uint8Array>;
  /** @param file used in error messages. @throws ModelError, without leaking tensors. */
  decode?(bytes: Uint8Array, given: LoadOptions, file: string): Loaded | Promise<Loaded>;
}

export function fileFormat<F extends Omit<FileFormat, 'save' | 'load'>>(format: F): F & FileFormat {
  const { extension, encode } = format;
  const decode: FileFormat['decode'] =
    format.decode &&
    ((bytes, given, file) => orDamaged(file, ModelError, () => format.decode!(bytes, given, file)));
  return {
    ...format,
    ...(decode && { decode }),
    save: async (path, model) => {
      if (!path.endsWith(extension)) {
        throw new ModelError(
          `${path} does not end in ${extension}, by which others know the format.`,
        );
      }
      await writeWhole(path, await encode(model), ModelError);
    },
    load: decode && (async (path, given) => decode(await readWhole(path), given, nameOf(path))),
  };
}

/** A model whose numbers had more digits. */
export const noted = (model: Loaded, fromDoubles: boolean): Loaded => {
  const notes = [model.note, fromDoubles && 'Its float64 numbers were rounded to float32.'];
  const note = notes.filter(Boolean).join(' ');
  return note ? { ...model, note } : model;
};

const nameOf = (path: string) => path.split(/[\\/]/).at(-1)!;
