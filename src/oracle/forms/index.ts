import type { Subject } from '../subject.js';
import { classes } from './classes.js';
import { customGradient } from './customGradient.js';
import type { Exports, Form } from './form.js';
import { functions } from './functions.js';
import { network, refuse } from './network.js';

/** In the order in which they are tried. */
const forms: readonly Form[] = [network, functions, classes, customGradient];

/**
 * What a module exports, as a subject of the check, whatever form it has.
 *
 * @param module how the module is called in a message: its path.
 * @throws CheckError where it has none of them, or does not keep to it.
 */
export function subjectOfExports(exports: Exports, module: string): Subject {
  const form = forms.find(({ matches }) => matches(exports));
  return form ? form.subject(exports, module) : refuse(exports, module);
}
