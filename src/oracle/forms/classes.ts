import type { Tensor } from '@tensorflow/tfjs-core';
import { CheckError } from '../../core/errors.js';
import type { Tensors } from '../subject.js';
import { argumentsOf, namesIn } from './arguments.js';
import { type AnyFunction, type Exports, type Form, isFunction, isRecord } from './form.js';
import { doutIn, ordered } from './functions.js';
import { type Inputs, inputsOf } from './inputs.js';
import { type Layer, subjectOfLayer } from './layer.js';
import { backwardArguments, outputsOf } from './outputs.js';
import { parametersOf } from './parameters.js';
import { withSizes } from './sizes.js';

type Instance = Record<string, unknown>;

interface LayerClass {
  new (...args: readonly unknown[]): Instance;
  readonly prototype: { readonly forward: AnyFunction; readonly backward: AnyFunction };
}

/**
 * A layer as a class: forward(tf, x) and backward(tf, dout), its parameters in fields, this.gamma, or
 * in this.params, and their gradients beside them: this.dgamma, or this.grads.gamma. The constructor gets
 * options and named dimensions by their names.
 */
export const classes: Form = {
  name: 'a class with forward(tf, x) and backward(tf, dout)',
  matches: (exports) => classesIn(exports).length > 0 && !isFunction(exports.forward),
  subject: (exports, module) => {
    const found = classesIn(exports);
    if (found.length > 1) {
      throw new CheckError(
        `${module} exports ${found.length} classes with a forward and a backward pass: ${found.map(({ name }) => name).join(', ')}. Export the one that is to be checked.`,
      );
    }
    const [{ callee }] = found;
    const takes = parametersOf(callee.prototype.forward);
    const asked = (takes ?? []).flatMap(({ name, optional }, i) =>
      i > 0 && name && !optional ? name : [],
    );
    const inputs = ordered(inputsOf(exports, module, asked), takes);
    return subjectOfLayer(layerOf(callee, inputs));
  },
};

const classesIn = (exports: Exports) =>
  Object.entries(exports).flatMap(([name, callee]) => {
    const { prototype } = (isFunction(callee) ? callee : {}) as { prototype?: Instance };
    const isLayer = isFunction(prototype?.forward) && isFunction(prototype?.backward);
    return isLayer ? [{ name, callee: callee as unknown as LayerClass }] : [];
  });

function layerOf(callee: LayerClass, inputs: Inputs): Layer {
  const { forward, backward } = callee.prototype;
  const [takes, takesBack] = [parametersOf(forward), parametersOf(backward)];
  const constructorTakes = parametersOf(callee as unknown as AnyFunction);
  const arguments_ = namesIn(takes, inputs.names);
  const fields = inputs.names.filter((name) => !arguments_.includes(name));
  return {
    inputs,
    dout: doutIn(takesBack),
    forward: (values) => {
      const constants = withSizes(inputs, values);
      const instance = new callee(
        ...argumentsOf('the constructor', constructorTakes, {}, constants),
      );
      for (const name of fields) holderOf(instance, name)[name] = values[name];
      const own = Object.fromEntries(arguments_.map((name) => [name, values[name]]));
      const returned = forward.apply(instance, argumentsOf('it', takes, own, constants));
      const { out, cache } = outputsOf(returned);
      return { out, cache: { instance, cache } };
    },
    backward: (douts, values, { out, cache }) => {
      const { instance, cache: own } = cache as { instance: Instance; cache: unknown };
      const scope = { ...withSizes(inputs, values), ...values };
      const args = backwardArguments(takesBack, douts, { out, cache: own }, scope);
      return withFields(backward.apply(instance, args), instance, fields, arguments_, inputs);
    },
  };
}

/** Where a parameter lies: in this.params or this.parameters where it is there, else in this. */
const holderOf = (instance: Instance, name: string): Instance =>
  (['params', 'parameters', 'weights']
    .map((group) => instance[group])
    .find((group) => isRecord(group) && name in group) as Instance | undefined) ?? instance;

/** The gradients that are returned, and those that lie in fields. */
function withFields(
  returned: unknown,
  instance: Instance,
  fields: readonly string[],
  inputs: readonly string[],
  { real }: Inputs,
): unknown {
  const gradients: Record<string, unknown> = {};
  for (const name of fields) {
    const groups = ['grads', 'gradients', 'grad'].map((group) => instance[group]);
    const found = [instance[`d${name}`], instance[`d_${name}`], instance[`grad_${name}`]];
    for (const group of groups) if (isRecord(group)) found.push(group[name], group[`d${name}`]);
    const gradient = found.find((one) => one !== undefined && one !== null);
    if (gradient !== undefined) gradients[`d${name}`] = gradient;
  }
  const own = inputs.filter((name) => real.includes(name));
  if (isRecord(returned) && !isTensor(returned)) return { ...gradients, ...returned };
  const list = Array.isArray(returned) ? returned : returned === undefined ? [] : [returned];
  if (list.length > own.length) return returned; // parameters among them, in the order of all
  list.forEach((value, i) => {
    gradients[`d${own[i]}`] = value;
  });
  return gradients as Tensors;
}

const isTensor = (value: object): value is Tensor => 'dataId' in value;
