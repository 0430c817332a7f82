import { DataError } from '../../core/errors.js';
import type { ArrayParts } from './parts.js';

/**
 * The parts of several files together.
 *
 * @throws DataError if two have the same part, or name their classes differently.
 */
export function mergedParts(files: readonly ArrayParts[], of: string): ArrayParts {
  const [first, ...others] = files;
  return others.reduce((all, file) => {
    const twice = Object.keys(file.parts).find((part) => part in all.parts);
    if (twice) {
      throw new DataError(
        `${of} has several files for the ${twice} part. Keep one of each in a folder.`,
      );
    }
    const [ours, theirs] = [all.classes, file.classes].map((names) => names?.join(', '));
    if (ours !== undefined && theirs !== undefined && ours !== theirs) {
      throw new DataError(
        `${of} names its classes ${ours} in one file, and ${theirs} in another. Give both the same.`,
      );
    }
    const classes = all.classes ?? file.classes;
    return {
      parts: { ...all.parts, ...file.parts },
      ...(classes && { classes }),
      notes: [...all.notes, ...file.notes],
    };
  }, first);
}
