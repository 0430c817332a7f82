import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { CheckError } from '../core/errors.js';
import type { Shapes } from './dimensions.js';
import type { Subject, TensorLike, Tensors } from './subject.js';

/** A subject whose parameters lie side by side: { 'layer1.W': …, 'layer1.b': … }. */
export interface FlatSubject extends Subject {
  readonly params?: Readonly<Record<string, TensorLike>>;
  readonly shapes?: Shapes;
}

type Path = readonly string[];
type Group = Readonly<Record<string, unknown>>;

/**
 * Takes groups and lists of parameters apart, { layer1: { W, b } } to 'layer1.W' and 'layer1.b', and
 * hands the functions under check what they know. A gradient is looked for where its parameter lies,
 * with a d before any of the names: dlayer1.W, layer1.dW, dlayer1.dW.
 *
 * @throws CheckError where an array has rows of several lengths, or holds what is no number.
 */
export function flatSubject(subject: Subject): FlatSubject {
  const { params, shapes, X, Y } = subject;
  for (const [name, value] of Object.entries({ X, Y })) {
    if (value !== undefined) assertNumbers(name, value);
  }
  const leaves = params ? leavesOf(params, isNumbers) : shapes ? leavesOf(shapes, isShape) : [];
  if (leaves.every(({ path }) => path.length === 1)) return subject as FlatSubject;
  const flat = Object.fromEntries(leaves.map(({ path, value }) => [nameOf(path), value]));
  const paths = leaves.map(({ path }) => path).filter(([name]) => params || !isData(name));
  const lists = listsIn(params ?? shapes, params ? isNumbers : isShape);
  const nested = (own: Tensors) => nest(own, paths, lists);
  return {
    ...subject,
    ...(params ? { params: flat as Record<string, TensorLike> } : { params: undefined }),
    shapes: params ? undefined : (flat as Shapes),
    forward: (given, own, ...rest) => subject.forward(given, nested(own), ...rest),
    backward: (given, own, ...rest) => {
      const returned = subject.backward(given, nested(own), ...rest);
      return isGroup(returned) ? gradientsOf(returned, paths) : returned;
    },
  };
}

const isData = (name: string) => name === 'X' || name === 'Y';
const nameOf = (path: Path) => path.join('.');

interface Leaf {
  readonly path: Path;
  readonly value: unknown;
}

type IsLeaf = (name: string, value: unknown) => boolean;

const leavesOf = (tree: unknown, isLeaf: IsLeaf, path: Path = []): Leaf[] =>
  Object.entries(tree as Group).flatMap(([key, value]) => {
    const own = [...path, key];
    return isLeaf(nameOf(own), value) ? [{ path: own, value }] : leavesOf(value, isLeaf, own);
  });

/** The names of the groups that are lists. */
function listsIn(tree: unknown, isLeaf: IsLeaf, path: Path = []): Set<string> {
  const own = Array.isArray(tree) ? [nameOf(path)] : [];
  const inside = Object.entries(tree as Group).flatMap(([key, value]) => {
    const next = [...path, key];
    return isLeaf(nameOf(next), value) ? [] : [...listsIn(value, isLeaf, next)];
  });
  return new Set([...own, ...inside]);
}

function nest(own: Tensors, paths: readonly Path[], lists: ReadonlySet<string>): Tensors {
  const root: Record<string, unknown> = {};
  for (const path of paths) {
    let group = root;
    path.slice(0, -1).forEach((key, i) => {
      group[key] ??= lists.has(nameOf(path.slice(0, i + 1))) ? [] : {};
      group = group[key] as Record<string, unknown>;
    });
    group[path.at(-1) as string] = own[nameOf(path)];
  }
  return root as Tensors;
}

/** { 'dlayer1.W': … } of { dlayer1: { dW: … } }; what belongs to no parameter comes along. */
function gradientsOf(returned: Group, paths: readonly Path[]): Tensors {
  const found: Record<string, unknown> = {};
  const used = new Set<string>();
  for (const path of paths) {
    let value: unknown = returned;
    path.forEach((key, i) => {
      const candidates = i === 0 && path.length === 1 ? [`d${key}`] : [`d${key}`, key];
      const there = isGroup(value) || Array.isArray(value) ? (value as Group) : {};
      const name = candidates.find((candidate) => there[candidate] !== undefined);
      if (i === 0 && name !== undefined) used.add(name);
      value = name === undefined ? undefined : there[name];
    });
    if (value !== undefined) found[`d${nameOf(path)}`] = value;
  }
  const others = Object.entries(returned).filter(([name]) => !used.has(name));
  return { ...Object.fromEntries(others), ...found } as Tensors;
}

const isGroup = (value: unknown): value is Group =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !ArrayBuffer.isView(value) &&
  !(value instanceof tf.Tensor);

const isShape: IsLeaf = (_, value) => {
  if (typeof value !== 'object' || value === null) return true; // refused with the shapes
  return (
    Array.isArray(value) &&
    (value.length === 0 || !value.every((side) => typeof side === 'object' && side !== null))
  );
};

/** Whether it is the numbers of one tensor; false for a group or a list. @throws CheckError */
const isNumbers: IsLeaf = (name, value) => {
  if (isTensor(value) || ArrayBuffer.isView(value) || typeof value === 'number') return true;
  if (isGroup(value)) return false;
  if (!Array.isArray(value)) return value === undefined || refuse(name, value);
  if (value.some((part) => isTensor(part) || isGroup(part))) return false;
  const parts = value.map((part, i) => (Array.isArray(part) ? tryShape(part) : i));
  const isList =
    parts.every((part) => Array.isArray(part)) &&
    parts.some((part) => (part as number[]).length > 1) &&
    new Set(parts.map(String)).size > 1;
  if (!isList) shapeOf(name, value);
  return !isList;
};

const isTensor = (value: unknown): value is Tensor => value instanceof tf.Tensor;

/** @throws CheckError where a value is no tensor and no array of numbers with rows of one length. */
export function assertNumbers(name: string, value: unknown): void {
  if (!isTensor(value) && !ArrayBuffer.isView(value)) shapeOf(name, value);
}

function tryShape(value: unknown): number[] | undefined {
  try {
    return shapeOf('', value);
  } catch {
    return undefined;
  }
}

function shapeOf(name: string, value: unknown): number[] {
  if (typeof value === 'number') return [];
  if (typeof value === 'boolean') return [];
  if (!Array.isArray(value)) {
    if (ArrayBuffer.isView(value)) return [(value as Float64Array).length];
    return refuse(name, value);
  }
  const shapes = value.map((part, i) => shapeOf(`${name}[${i}]`, part));
  const odd = shapes.findIndex((shape) => String(shape) !== String(shapes[0]));
  if (odd > 0) {
    const say = (shape: number[]) => (shape.length === 0 ? 'a number' : `(${shape.join(', ')})`);
    throw new CheckError(
      `${name} is ragged: ${name}[${odd}] is ${say(shapes[odd])}, and ${name}[0] is ${say(shapes[0])}. Give all of its rows one length; several parameters need a name each.`,
    );
  }
  return [value.length, ...(shapes[0] ?? [])];
}

function refuse(name: string, value: unknown): never {
  const said =
    value === null ? 'null' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
  throw new CheckError(
    `${name} is ${said}${said === 'an object' ? ' that is no tensor of this TensorFlow.js' : ''}. Give a number, an array of numbers or a tensor.`,
  );
}
