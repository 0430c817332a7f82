import * as tf from '@tensorflow/tfjs-core';
import { CheckError } from '../../core/errors.js';
import type { Exports } from '../forms/form.js';
import { base64Of, doublesOf } from './judge/wire.js';

/*
 * What a reference says besides its functions (shapes, inputs, options), as text: it goes from the process
 * of the teacher's file into that of a submission.
 */

/** @throws CheckError where an export is no data. */
export function termsOf(reference: Exports): string {
  const values = Object.entries(reference).filter(
    ([name, value]) => typeof value !== 'function' && name !== 'default' && name !== '__esModule',
  );
  const functions = Object.keys(reference).filter((name) => typeof reference[name] === 'function');
  return JSON.stringify({
    functions,
    values: Object.fromEntries(values.map(([name, value]) => [name, packed(name, value)])),
  });
}

/**
 * A submission's functions with the reference's numbers: what it is judged on is not for it to say.
 *
 * @throws CheckError where it lacks a function that the reference has.
 */
export function onTerms(terms: string, submission: Exports): Exports {
  const { functions, values } = JSON.parse(terms) as {
    functions: string[];
    values: Record<string, unknown>;
  };
  const lack = functions.find((name) => typeof submission[name] !== 'function');
  if (lack !== undefined) {
    throw new CheckError(`It exports no function ${lack}, as the reference does.`);
  }
  const own = Object.entries(submission).filter(([, value]) => typeof value === 'function');
  const theirs = Object.entries(values).map(([name, value]) => [name, unpacked(value)] as const);
  return { ...Object.fromEntries(own), ...Object.fromEntries(theirs) };
}

function packed(name: string, value: unknown): unknown {
  if (value instanceof tf.Tensor) {
    const values = base64Of(Float64Array.from(value.dataSync()));
    return { tensor: values, shape: value.shape, dtype: value.dtype };
  }
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const array = value as unknown as Float64Array;
    return { array: base64Of(Float64Array.from(array)), type: array.constructor.name };
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return { number: String(value) };
  if (value === undefined || value === null) return { nothing: value === null };
  if (Array.isArray(value)) return { list: value.map((one, i) => packed(`${name}[${i}]`, one)) };
  if (typeof value === 'object') {
    const parts = Object.entries(value).map(([key, one]) => [key, packed(`${name}.${key}`, one)]);
    return { parts: Object.fromEntries(parts) };
  }
  if (['number', 'string', 'boolean'].includes(typeof value)) return value;
  throw new CheckError(
    `The reference exports ${name}, a ${typeof value}: a submission can be given data alone. Move it into the functions.`,
  );
}

const arrays: Readonly<Record<string, new (values: Iterable<number>) => unknown>> = {
  ...{ Float64Array, Float32Array, Int32Array, Uint32Array, Int16Array, Uint16Array },
  ...{ Int8Array, Uint8Array, Uint8ClampedArray },
};

function unpacked(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const one = value as Record<string, unknown>;
  if ('tensor' in one) {
    const values = doublesOf(one.tensor as string, 'a tensor');
    return tf.tensor(values as never, one.shape as number[], one.dtype as 'float32');
  }
  if ('array' in one)
    return new arrays[one.type as string](doublesOf(one.array as string, 'an array'));
  if ('number' in one) return Number(one.number);
  if ('nothing' in one) return one.nothing ? null : undefined;
  if ('list' in one) return (one.list as unknown[]).map(unpacked);
  const parts = Object.entries(one.parts as object).map(([key, part]) => [key, unpacked(part)]);
  return Object.fromEntries(parts);
}
