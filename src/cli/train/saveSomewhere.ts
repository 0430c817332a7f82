import { randomBytes } from 'node:crypto';
import { homedir, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { HandgradError, ModelError } from '../../core/errors.js';
import { type SavedModels, saveModels } from '../../export/modelFolder.js';

/** Where a network has gone. */
export interface Place {
  readonly folder: string;
  /** Why it is not where it should be. */
  readonly trouble?: HandgradError;
}

/**
 * Saves a network that was trained: where its folder does not take it, beside it, else among the temporary
 * files, else at home. What took hours shall not be lost for a full disk.
 *
 * @throws ModelError, that of the first place, where none takes it.
 */
export async function saveSomewhere(folder: string, models: SavedModels): Promise<Place> {
  try {
    await saveModels(folder, models);
    return { folder };
  } catch (error) {
    if (!(error instanceof HandgradError)) throw error;
    for (const place of placesInstead(folder)) {
      const isSaved = await saveModels(place, models).then(
        () => true,
        () => false,
      );
      if (!isSaved) continue;
      const message = `${error.message} The network is in ${place} instead.`;
      return { folder: place, trouble: new ModelError(message, { cause: error }) };
    }
    throw error;
  }
}

/** Each with a name that nothing has. */
function placesInstead(folder: string): string[] {
  const some = randomBytes(3).toString('hex');
  const name = `handgrad-${basename(resolve(folder))}-${some}`;
  return [`${resolve(folder)}-${some}`, join(tmpdir(), name), join(homedir(), name)];
}
