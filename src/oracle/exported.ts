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
      const found = classIn(exports);
      if (found) {
        throw new CheckError(
          `${module} exports the class ${found}, and no function ${name}. Write: export const params = { … }; export function ${signature} { … }, which take the weights from params, not from the object.`,
        );
      }
      throw new CheckError(
        `${module} exports no function ${name}. Write: export function ${signature} { … }`,
      );
    }
  }
  return exports as unknown as Subject;
}

/** The name of a class with a forward pass among the exports. */
function classIn(exports: Readonly<Record<string, unknown>>): string | undefined {
  const classes = Object.entries(exports).filter(
    ([, value]) =>
      typeof value === 'function' &&
      typeof (value.prototype as { forward?: unknown } | undefined)?.forward === 'function',
  );
  const [name, value] = classes[0] ?? [];
  return name === 'default' ? (value as { name: string }).name || 'default' : name;
}
