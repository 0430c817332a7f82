import { subjectOfExports } from './forms/index.js';
import type { Subject } from './subject.js';

/**
 * What a module exports, as a subject: { forward, backward } and the numbers or their shapes, in any of
 * the forms of forms/.
 *
 * @param module how the module is called in a message: its path.
 * @throws CheckError where it has no forward or no backward pass.
 */
export const exportedSubject = (
  exports: Readonly<Record<string, unknown>>,
  module: string,
): Subject => subjectOfExports(exports, module);
