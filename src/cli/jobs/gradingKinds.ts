import type { FolderStore } from '../../jobs/folderStore.js';
import { kindTable } from '../../jobs/kind.js';
import type { Limits } from '../grade/process.js';
import { fingerprintKind } from './fingerprintKind.js';
import { gradeKind } from './grade.js';
import { gradersIn } from './gradersIn.js';

/** The kinds of job of a worker that grades: it does nothing else. `most` is what a module may have there. */
export const gradingKindsIn = (store: FolderStore, most: Limits) =>
  kindTable(gradeKind(gradersIn(store, most).graderFor), fingerprintKind);
