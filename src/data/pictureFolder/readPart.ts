import { AbortError, DataError, PictureError } from '../../core/errors.js';
import type { SampleSet } from '../sampleSet.js';
import { type PictureForm, squareOf } from './decode.js';
import type { ListedPart } from './list.js';
import { type Store, store, storedAt, storePath } from './store.js';

/** A part of a folder of pictures as samples, decoded once and then read from the cache. */
export interface ReadPart {
  readonly set: SampleSet;
  readonly broken: readonly string[];
  readonly sha256: string;
}

export interface ReadPartOptions {
  readonly skipBroken: boolean;
  readonly onPicture: () => void;
  readonly signal: AbortSignal | undefined;
}

const named = 10;

/**
 * Decodes the pictures one after the other into a file, from which samples are taken by their places:
 * neither the pictures nor their numbers are ever in memory together.
 *
 * @throws DataError that names the broken pictures, unless they are to be skipped.
 */
export async function readPart(
  part: ListedPart,
  form: PictureForm,
  options: ReadPartOptions,
): Promise<ReadPart> {
  const channels = form.grey ? 1 : 3;
  const sampleSize = form.size ** 2 * channels;
  const path = storePath(part, form, options.skipBroken);
  const stored = (await storedAt(path, sampleSize)) ?? (await decodeAll(path, part, form, options));
  const { kept, broken, sha256, file } = stored;
  const set: SampleSet = {
    shape: [form.size, form.size, channels],
    m: kept.length,
    targets: {
      kind: 'classes',
      labels: Int32Array.from(kept, (i) => part.pictures[i].label),
      classes: part.classes,
    },
    take: (indices) => file.take(sampleSize, indices),
    origin: (i) => part.pictures[kept[i]].path,
  };
  return { set, broken, sha256 };
}

function decodeAll(
  path: string,
  { folder, pictures }: ListedPart,
  form: PictureForm,
  { skipBroken, onPicture, signal }: ReadPartOptions,
): Promise<Store> {
  return store(path, async (add) => {
    const kept: number[] = [];
    const broken: string[] = [];
    for (const [i, picture] of pictures.entries()) {
      if (signal?.aborted) throw new AbortError(`Reading ${folder} was stopped.`);
      try {
        await add(await squareOf(picture.path, form));
        kept.push(i);
      } catch (error) {
        if (!(error instanceof PictureError)) throw error;
        broken.push(error.message);
      }
      onPicture();
    }
    if (broken.length > 0 && !skipBroken) {
      const more = broken.length > named ? ` And ${broken.length - named} more.` : '';
      throw new DataError(
        `${broken.length} of ${pictures.length} pictures in ${folder} cannot be read: ${broken.slice(0, named).join(' ')}${more} Mend or remove them, or leave them out: skipBroken: true.`,
      );
    }
    return { kept, broken };
  });
}
