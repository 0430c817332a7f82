import { CheckError } from '../../core/errors.js';
import type { Subject } from '../subject.js';
import { type Exports, type Form, isFunction, isRecord } from './form.js';
import { parametersOf } from './parameters.js';

const names = /^_*(params?|parameters|weights|theta|net|model)$/i;

/** A network with its cost: forward(tf, params, X, Y) → { cost, cache }, backward(tf, params, X, Y, cache). */
export const network: Form = {
  name: 'forward(tf, params, X, Y) and backward(tf, params, X, Y, cache)',
  matches: ({ forward, backward, inputs, params, shapes }) => {
    if (!isFunction(forward) || !isFunction(backward) || inputs !== undefined) return false;
    if (params !== undefined) return true;
    const sides = isRecord(shapes) ? shapes : undefined;
    const takes = parametersOf(forward)?.slice(1);
    const namesData = sides === undefined || 'X' in sides || 'Y' in sides;
    if (takes === undefined || takes.length === 0) return namesData;
    const [{ name, parts }, ...data] = takes;
    if (parts) return data.length > 0 && namesData;
    if (sides) return namesData && !((name as string) in sides);
    return names.test(name as string) || (data.length === 2 && data[1].name === 'Y');
  },
  subject: (exports) => {
    // A function of theirs that is called draw is none that the check calls.
    const isPlain = !('draw' in exports || 'nameOfX' in exports);
    const own = isPlain ? exports : { ...exports, draw: undefined, nameOfX: undefined };
    return own as unknown as Subject;
  },
};

/** What is said of a module of no form. @throws CheckError always. */
export function refuse(exports: Exports, module: string): never {
  const signatures = {
    forward: 'forward(tf, params, X, Y)',
    backward: 'backward(tf, params, X, Y, cache)',
  };
  const layers = Object.keys(exports).filter((name) => /._?forward$/i.test(name));
  if (layers.length > 1) {
    throw new CheckError(
      `${module} exports several layers: ${layers.join(', ')}. Export the two functions of one, as forward and backward.`,
    );
  }
  const [name, signature] =
    Object.entries(signatures).find(([one]) => !isFunction(exports[one])) ?? [];
  const found = classIn(exports);
  if (found) {
    throw new CheckError(
      `${module} exports the class ${found}, and no function ${name}. Give the class the methods forward(tf, x) and backward(tf, dout), or write: export function ${signature} { … }`,
    );
  }
  throw new CheckError(
    `${module} exports no function ${name}. Write: export function ${signature} { … }`,
  );
}

/** The name of a class with a forward pass among the exports. */
function classIn(exports: Exports): string | undefined {
  const classes = Object.entries(exports).filter(
    ([, value]) =>
      isFunction(value) && isFunction((value as { prototype?: Exports }).prototype?.forward),
  );
  const [name, value] = classes[0] ?? [];
  return name === 'default' ? (value as { name: string }).name || 'default' : name;
}
