import { DataError } from '../../core/errors.js';
import type { SampleSet } from '../sampleSet.js';

/** A part of a folder as it was read, training first. */
export interface CheckedPart {
  readonly folder: string;
  readonly set: SampleSet;
}

/**
 * Refuses parts with which training or testing would go wrong without a word: a class of one picture,
 * and classes that are not those of the training part.
 *
 * @throws DataError that names the class and the folder.
 */
export function checkParts([train, ...others]: readonly CheckedPart[]): void {
  const { targets } = train.set;
  if (targets.kind !== 'classes') return;
  for (const [label, name] of targets.classes.entries()) {
    const count = targets.labels.filter((other) => other === label).length;
    if (count >= 2) continue;
    throw new DataError(
      `The class ${name} of ${train.folder} has ${count === 0 ? 'no picture' : 'one picture only'} that can be read. Give two at least, better dozens.`,
    );
  }
  for (const { folder, set } of others) {
    if (set.targets.kind !== 'classes') continue;
    const { classes } = set.targets;
    const missing = targets.classes.find((name) => !classes.includes(name));
    if (missing !== undefined) {
      throw new DataError(
        `${folder} has no folder ${missing}, which ${train.folder} has. Put pictures of ${missing} there, so that every class is tested.`,
      );
    }
    const extra = classes.find((name) => !targets.classes.includes(name));
    if (extra !== undefined) {
      throw new DataError(
        `${folder} has a folder ${extra}, which ${train.folder} does not have: nothing of it can be learnt. Put pictures of ${extra} there too, or remove it.`,
      );
    }
  }
}
