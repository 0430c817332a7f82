import * as tf from '@tensorflow/tfjs-core';
import { argumentsOf, namesIn } from './arguments.js';
import { type AnyFunction, type Exports, type Form, isFunction } from './form.js';
import { type Inputs, inputsOf } from './inputs.js';
import { type Layer, subjectOfLayer } from './layer.js';
import { backwardArguments, onlyOutput, outputsOf } from './outputs.js';
import { type Parameter, parametersOf } from './parameters.js';
import { withSizes } from './sizes.js';

interface Pair {
  readonly forward: AnyFunction;
  readonly backward: AnyFunction;
}

/**
 * A layer as two functions, without a cost: forward(tf, x, w, b) → { out, cache } and
 * backward(tf, dout, cache) → { dx, dw, db }; also under a name, as CS231n has it: affine_forward and
 * affine_backward.
 */
export const functions: Form = {
  name: 'forward(tf, x, w, b) and backward(tf, dout, cache)',
  matches: (exports) => pairIn(exports) !== undefined,
  subject: (exports, module) => {
    const { forward, backward } = pairIn(exports) as Pair;
    const parameters = parametersOf(forward);
    const inputs = ordered(inputsOf(exports, module, askedIn(parameters)), parameters);
    return subjectOfLayer(layerOf({ forward, backward }, inputs, exports.outputs));
  },
};

/** forward and backward, or the only two functions that end so. */
function pairIn(exports: Exports): Pair | undefined {
  const names = Object.keys(exports).filter((name) => isFunction(exports[name]));
  const pairs = names.flatMap((name): Pair[] => {
    const [, stem] = /^(.*?_?)forward$/i.exec(name) ?? [];
    const other = names.find(
      (one) => stem !== undefined && one.toLowerCase() === `${stem}backward`.toLowerCase(),
    );
    return other === undefined
      ? []
      : [{ forward: exports[name] as AnyFunction, backward: exports[other] as AnyFunction }];
  });
  const plain = isFunction(exports.forward) && isFunction(exports.backward);
  if (plain) return { forward: exports.forward, backward: exports.backward } as Pair;
  return pairs.length === 1 ? pairs[0] : undefined;
}

/** What a signature asks for, as far as it has names. */
const askedIn = (parameters: readonly Parameter[] | undefined): string[] =>
  (parameters ?? []).flatMap(({ name, parts, optional }, i) => {
    if (optional || (i === 0 && name !== undefined && parameters!.length > 1)) return [];
    return parts ? parts.map((part) => part.name) : (name ?? []);
  });

/** The inputs in the order of the signature, which is that of an array of gradients. */
export function ordered(inputs: Inputs, parameters: readonly Parameter[] | undefined): Inputs {
  const first = namesIn(parameters, inputs.names);
  const order = (names: readonly string[]) => [
    ...first.filter((name) => names.includes(name)),
    ...names.filter((name) => !first.includes(name)),
  ];
  return { ...inputs, names: order(inputs.names), real: order(inputs.real) };
}

function layerOf({ forward, backward }: Pair, inputs: Inputs, outputs: unknown): Layer {
  const [takes, takesBack] = [parametersOf(forward), parametersOf(backward)];
  const said = Array.isArray(outputs) ? outputs.map(String) : undefined;
  return {
    inputs,
    dout: doutIn(takesBack),
    forward: (values) => {
      const constants = withSizes(inputs, values);
      const returned = forward(...argumentsOf('it', takes, values, constants));
      const all = outputsOf(returned, said);
      const names = Object.keys(all.out);
      return said
        ? all
        : outputsOf(returned, isNamed(returned) ? onlyOutput(takesBack, names) : undefined);
    },
    backward: (douts, values, made) =>
      backward(
        ...backwardArguments(takesBack, douts, made, { ...withSizes(inputs, values), ...values }),
      ),
  };
}

const isNamed = (returned: unknown) => !Array.isArray(returned) && !(returned instanceof tf.Tensor);

/** What the backward pass calls the gradient of the output. */
export function doutIn(parameters: readonly Parameter[] | undefined): string | undefined {
  return parameters?.find(({ name }) => name !== undefined && /^(d|grad|up)/i.test(name))?.name;
}
