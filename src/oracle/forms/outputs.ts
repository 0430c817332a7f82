import * as tf from '@tensorflow/tfjs-core';
import { CheckError } from '../../core/errors.js';
import type { Tensors } from '../subject.js';
import { argumentOf, type Scope, takesTensorFlow } from './arguments.js';
import { isRecord } from './form.js';
import type { Outputs } from './layer.js';
import type { Parameter } from './parameters.js';

const caches = /^_*(cache|ctx|context|saved|memo|tape|state)s?$/i;

/**
 * What a forward pass returns, as outputs and a cache: { out, cache }, [out, cache], or a tensor alone.
 *
 * @param only the outputs that are differentiated, where the module or its backward pass says so.
 * @throws CheckError where there is no tensor in it.
 */
export function outputsOf(returned: unknown, only?: readonly string[]): Outputs {
  if (returned instanceof tf.Tensor) return { out: { out: returned } };
  if (Array.isArray(returned)) return ofList(returned);
  if (!isRecord(returned)) {
    throw new CheckError(
      `it returns ${returned === undefined || returned === null ? 'nothing' : `a ${typeof returned}`}; it must return { out, cache }, [out, cache] or a tensor.`,
    );
  }
  const key = Object.keys(returned).find((name) => caches.test(name));
  const out = Object.entries(returned).filter(([name, value]) =>
    only ? only.includes(name) : name !== key && value instanceof tf.Tensor,
  );
  const absent = only?.find((name) => !(name in returned));
  if (absent !== undefined) {
    throw new CheckError(
      `outputs: it returns no ${absent}, only ${Object.keys(returned).join(', ')}.`,
    );
  }
  if (out.length === 0) {
    throw new CheckError(
      `it returns { ${Object.keys(returned).join(', ')} } without a tensor beside the cache. Return { out, cache }, with out as a tensor.`,
    );
  }
  return {
    out: Object.fromEntries(out) as Tensors,
    cache: key === undefined ? returned : returned[key],
  };
}

/** The last of several is the cache, whatever it is. */
function ofList(returned: readonly unknown[]): Outputs {
  const outs = returned.length === 1 ? returned : returned.slice(0, -1);
  if (outs.length === 0 || !outs.every((out) => out instanceof tf.Tensor)) {
    throw new CheckError('it returns an array that does not begin with a tensor: [out, cache].');
  }
  const name = (i: number) => (outs.length === 1 ? 'out' : `out${i + 1}`);
  return {
    out: Object.fromEntries(outs.map((out, i) => [name(i), out])) as Tensors,
    ...(returned.length > 1 && { cache: returned.at(-1) }),
  };
}

/** Where backward(tf, dout, cache) takes the gradient of one output by its name, this one alone. */
export function onlyOutput(
  parameters: readonly Parameter[] | undefined,
  outputs: readonly string[],
): readonly string[] {
  const written = (parameters ?? []).map(({ name }) => name);
  const named = outputs.filter((name) => written.includes(`d${name}`));
  return named.length > 0 ? named : outputs;
}

/**
 * The arguments of a backward pass. By their names it gets inputs, outputs, constants and each dout;
 * what is left is dout (of several outputs an object of them, or one after the other) and the cache.
 *
 * @throws CheckError where what is left is more than that.
 */
export function backwardArguments(
  parameters: readonly Parameter[] | undefined,
  douts: Tensors,
  { out, cache }: Outputs,
  scope: Scope,
): unknown[] {
  const named = Object.fromEntries(Object.entries(douts).map(([name, dout]) => [`d${name}`, dout]));
  const each = Object.values(douts);
  const all = each.length === 1 ? each[0] : { ...named, ...douts };
  if (parameters === undefined) return [tf, all, cache];
  const known: Scope = { ...out, ...scope, ...named };
  const first = takesTensorFlow(parameters, known) ? 1 : 0;
  const rest = parameters
    .slice(first)
    .filter(
      ({ name, optional }) => !optional && !(name !== undefined && Object.hasOwn(known, name)),
    );
  const roles = new Map<Parameter, unknown>();
  const left = rest.filter((parameter) => {
    const isLast = parameter === rest.at(-1) && rest.length > 1;
    const isCache = parameter.name ? caches.test(parameter.name) : isLast;
    if (isCache) roles.set(parameter, cache);
    return !isCache;
  });
  const asked = parameters.some(({ name }) => name !== undefined && Object.hasOwn(named, name));
  const values = asked
    ? [cache]
    : left.length <= 2 && left.length !== each.length
      ? [all, cache]
      : [...each, cache];
  if (left.length > values.length) {
    throw new CheckError(
      `it takes ${left.map(({ name }) => name ?? 'an object').join(', ')}: what are they? It is called with dout and cache; further parameters get an input, an output or an option by its name.`,
    );
  }
  for (const [i, parameter] of left.entries()) roles.set(parameter, values[i]);
  return parameters.map((parameter, i) => {
    if (i < first) return tf;
    return roles.has(parameter) ? roles.get(parameter) : argumentOf('it', parameter, known);
  });
}
