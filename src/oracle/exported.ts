import { CheckError } from '../core/errors.js';
import type { Subject } from './subject.js';

const signatures = {
  forward: 'forward(tf, params, X, Y)',
  backward: 'backward(tf, params, X, Y, cache)',
} as const;

/**
 * What a module exports, as a subject: { forward, backward } and the numbers or their shapes.
 *
 * @param module how the module is called in a message: its path.
 * @throws CheckError where it has no forward or no backward pass.
 */
export function exportedSubject(
  exports: Readonly<Record<string, unknown>>,
  module: string,
): Subject {
  for (const [name, signature] of Object.entries(signatures)) {
    if (typeof exports[name] !== 'function') {
      throw new CheckError(
        `${module} exports no function ${name}. Write: export function ${signature} { … }`,
      );
    }
  }
  return exports as unknown as Subject;
}
