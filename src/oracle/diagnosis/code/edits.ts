import type { NdArray } from '../../../float64/array.js';
import { kernels } from '../../../float64/register.js';
import type { Operation } from '../../recording.js';
import { type Factor, factorsOf } from './factor.js';
import type { Rewrite } from './program.js';
import { gradientsFor, type Reference, referencesFor } from './reference.js';
import { type Group, sameNumbers } from './scene.js';
import type { Stage } from './stage.js';

/** What is done differently, in words for programs. */
export type Change =
  | { readonly kind: 'scale'; readonly factor: Factor }
  | { readonly kind: 'times' | 'over'; readonly reference: Reference }
  | { readonly kind: 'plus' | 'minus'; readonly reference: Reference }
  | { readonly kind: 'drop'; readonly keep: string; readonly dropped?: string }
  | { readonly kind: 'axes'; readonly axes: readonly number[]; readonly keepDims: boolean }
  | { readonly kind: 'sum'; readonly axes: readonly number[]; readonly keepDims: boolean }
  | { readonly kind: 'transpose' }
  | {
      readonly kind: 'flags';
      readonly transposeA: boolean;
      readonly transposeB: boolean;
      readonly swap: boolean;
    }
  | { readonly kind: 'kernel'; readonly kernel: string }
  | { readonly kind: 'operand'; readonly input: string; readonly reference: Reference }
  | { readonly kind: 'constant'; readonly input: string; readonly factor: Factor }
  | { readonly kind: 'instead'; readonly keep: string; readonly reference: Reference }
  | { readonly kind: 'order'; readonly names: readonly [string, string] }
  | {
      readonly kind: 'window';
      readonly axes: readonly number[];
      readonly by: number;
      readonly times: boolean;
    }
  | { readonly kind: 'accumulate' }
  | { readonly kind: 'replace'; readonly reference: Reference };

/** One thing written differently at one call of a backward pass, in all iterations of a loop alike. */
export interface Edit {
  readonly key: string;
  readonly change: Change;
  /** How unlikely it is; the likeliest explanation is printed. */
  readonly cost: number;
  /** Only the occurrences that have to do with wrong gradients alone. */
  readonly part?: true;
}

/** The edit as rewrites of the operations of a stage; undefined where its call or what it needs is not there. */
export function rewritesOf(
  stage: Stage,
  { key, change, part }: Edit,
): Map<number, Rewrite> | undefined {
  const group = stage.groupOf(key, part);
  if (!group || group.at.length === 0) return undefined;
  const n = group.at.length;
  const rewrites = new Map<number, Rewrite>();
  let before: NdArray | undefined;
  for (const [k, index] of group.at.entries()) {
    const operation = stage.scene.backward[index];
    rewrites.set(index, (_i, inputs, run, now) => {
      const made = apply(change, stage, operation, { k, n, before, now }, inputs, run);
      before = made;
      return made;
    });
  }
  return rewrites;
}

interface Occurrence {
  readonly k: number;
  readonly n: number;
  /** What the occurrence before it gave. */
  readonly before: NdArray | undefined;
  readonly now: (value: NdArray) => NdArray;
}

class Misfit extends Error {}

function apply(
  change: Change,
  stage: Stage,
  { kernel, attrs }: Operation,
  { k, n, before, now }: Occurrence,
  inputs: Readonly<Record<string, NdArray>>,
  run: (inputs?: Readonly<Record<string, NdArray>>) => NdArray,
): NdArray {
  const picked = (reference: Reference) => now(reference.pick(stage, k, n) ?? fail());
  switch (change.kind) {
    case 'scale':
      return scaled(run(), change.factor.value(stage) ?? fail());
    case 'times':
      return like(run(), (y) => one('Multiply', { a: y, b: picked(change.reference) }));
    case 'over':
      return like(run(), (y) => one('RealDiv', { a: y, b: picked(change.reference) }));
    case 'plus': {
      const term = change.reference.pick(stage, k, n);
      return term ? like(run(), (y) => one('Add', { a: y, b: now(term) })) : run();
    }
    case 'minus':
      return like(run(), (y) => one('Sub', { a: y, b: picked(change.reference) }));
    case 'drop':
      return inputs[change.keep];
    case 'axes':
      return one(
        kernel,
        { x: inputs.x },
        {
          ...attrs,
          axis: [...change.axes],
          reductionIndices: [...change.axes],
          keepDims: change.keepDims,
        },
      );
    case 'sum':
      return one('Sum', { x: run() }, { axis: [...change.axes], keepDims: change.keepDims });
    case 'transpose':
      return transposed(run());
    case 'flags': {
      const { transposeA, transposeB, swap } = change;
      const [a, b] = swap ? [inputs.b, inputs.a] : [inputs.a, inputs.b];
      return one('BatchMatMul', { a, b }, { transposeA, transposeB });
    }
    case 'kernel':
      return change.kernel === 'BatchMatMul'
        ? one('BatchMatMul', inputs, { transposeA: false, transposeB: false })
        : one(change.kernel, inputs, attrs);
    case 'operand':
      return run({ ...inputs, [change.input]: picked(change.reference) });
    case 'constant':
      return run({ ...inputs, [change.input]: scalar(change.factor.value(stage) ?? fail()) });
    case 'instead':
      return like(inputs[change.keep], (x) =>
        one('Multiply', { a: x, b: picked(change.reference) }),
      );
    case 'order': {
      const [a, b] = change.names;
      return run({ ...inputs, [a]: inputs[b], [b]: inputs[a] });
    }
    case 'window':
      return one(kernel, inputs, windowed(kernel, attrs, inputs.x.shape, change) ?? fail());
    case 'accumulate': {
      const own = run();
      return before ? one('Add', { a: own, b: before }) : own;
    }
    case 'replace':
      return picked(change.reference);
  }
}

function fail(): never {
  throw new Misfit();
}

const one = (
  kernel: string,
  inputs: Readonly<Record<string, NdArray>>,
  attrs: object = {},
): NdArray => [kernels[kernel](inputs, attrs)].flat()[0];

/** f of y where it keeps its shape: a factor or term that broadcasts y to another shape is none. */
function like(y: NdArray, f: (y: NdArray) => NdArray): NdArray {
  const made = f(y);
  return String(made.shape) === String(y.shape) ? made : fail();
}

const scaled = (y: NdArray, factor: number): NdArray => ({
  ...y,
  values: (y.values as Float64Array).map((v) => v * factor),
});

export const scalar = (value: number): NdArray => ({
  values: Float64Array.of(value),
  shape: [],
  dtype: 'float32',
});

export function transposed(x: NdArray): NdArray {
  const rank = x.shape.length;
  if (rank < 2) return fail();
  const perm = x.shape.map((_, i) => i);
  [perm[rank - 2], perm[rank - 1]] = [rank - 1, rank - 2];
  return one('Transpose', { x }, { perm });
}

/** Every edit of one call. */
export function editsOf(stage: Stage, group: Group, extra: readonly Factor[]): Edit[] {
  const part = group.at.filter((i) => stage.scene.wrongOnly?.[i]);
  const whole = editsOfAll(stage, group, extra);
  if (part.length === 0 || part.length === group.at.length) return whole;
  return [
    ...whole,
    ...editsOfAll(stage, { ...group, at: part }, extra).map((edit) => ({
      ...edit,
      part: true as const,
    })),
  ];
}

function editsOfAll(stage: Stage, group: Group, extra: readonly Factor[]): Edit[] {
  const { key, at } = group;
  const n = at.length;
  const operation = stage.scene.backward[at[n - 1]];
  const { kernel, inputs, attrs, outputs } = operation;
  const [y] = outputs;
  if (y.dtype !== 'float32') return [];
  const edits: Edit[] = [];
  const add = (cost: number, change: Change) => edits.push({ key, change, cost });
  const size = y.values.length;
  const operands = Object.entries(inputs);

  const factors = [...factorsOf(stage), ...extra];
  for (const factor of factors) add(costOf(factor), { kind: 'scale', factor });
  for (const [input, value] of operands) {
    if (
      value.shape.length > 0 ||
      operands.length < 2 ||
      stage.makerOf(value) ||
      stage.scene.leaves.has(value)
    )
      continue;
    for (const factor of factors) {
      if (factor.kind === 'fitted') continue;
      if (factor.value(stage) !== value.values[0])
        add(costOf(factor) + 0.05, { kind: 'constant', input, factor });
    }
    add(1.1, { kind: 'constant', input, factor: unit });
  }
  if (n > 1) add(0.8, { kind: 'accumulate' });

  if (/^(Multiply|RealDiv|Add|AddN|Sub|Pow|Minimum|Maximum)$/.test(kernel)) {
    for (const [keep, value] of operands) {
      const dropped = operands.find(([name]) => name !== keep)?.[0];
      if (sameShape(value, y)) add(1.3, { kind: 'drop', keep, dropped });
    }
  } else if (
    operands.length === 1 &&
    sameShape(operands[0][1], y) &&
    !/^(Identity|Reshape|Cast)$/.test(kernel)
  ) {
    add(1.3, { kind: 'drop', keep: operands[0][0] });
  }
  if (/^(Sum|Mean|Max|Min|Prod)$/.test(kernel)) {
    const rank = inputs.x.shape.length;
    const own = String([attrs.axis ?? attrs.reductionIndices].flat());
    for (const axes of subsets(rank)) {
      for (const keepDims of [false, true]) {
        if (String(axes) === own && keepDims === Boolean(attrs.keepDims)) continue;
        add(String(axes) === own ? 0.9 : 1, { kind: 'axes', axes, keepDims });
      }
    }
    if (kernel === 'Mean') add(0.75, { kind: 'kernel', kernel: 'Sum' });
    if (kernel === 'Sum') add(0.95, { kind: 'kernel', kernel: 'Mean' });
  }
  if (kernel === 'BatchMatMul') {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        for (const swap of [false, true]) {
          if (
            !swap &&
            transposeA === Boolean(attrs.transposeA) &&
            transposeB === Boolean(attrs.transposeB)
          )
            continue;
          const flips =
            Number(transposeA !== Boolean(attrs.transposeA)) +
            Number(transposeB !== Boolean(attrs.transposeB));
          add(1 + 0.2 * (flips - 1) + (swap ? 0.4 : 0), {
            kind: 'flags',
            transposeA,
            transposeB,
            swap,
          });
        }
      }
    }
    if (operands.length === 2 && sameShape(inputs.a, inputs.b))
      add(1.3, { kind: 'kernel', kernel: 'Multiply' });
  }
  if (/^(Concat|Pack|Stack)$/.test(kernel)) {
    const names = operands.map(([name]) => name);
    names.forEach((a, i) => {
      for (const b of names.slice(i + 1)) add(1.1, { kind: 'order', names: [a, b] });
    });
  }
  if (/^(Slice|PadV2)$/.test(kernel)) {
    for (const axes of subsets(inputs.x.shape.length)) {
      if (axes.length === 0) continue;
      for (const by of [1, -1, 2, -2, 3, -3])
        add(1.1 + 0.02 * Math.abs(by), { kind: 'window', axes, by, times: false });
      for (const by of [2, 3, 0.5]) add(1.1, { kind: 'window', axes, by, times: true });
    }
  }
  if (kernel === 'Multiply' && y.shape.length >= 2)
    add(1.3, { kind: 'kernel', kernel: 'BatchMatMul' });
  if (kernel === 'Add') add(1.1, { kind: 'kernel', kernel: 'Sub' });
  if (kernel === 'Sub') add(1.1, { kind: 'kernel', kernel: 'Add' });
  if (kernel === 'Multiply') add(1.3, { kind: 'kernel', kernel: 'RealDiv' });
  if (kernel === 'RealDiv') add(1.3, { kind: 'kernel', kernel: 'Multiply' });
  if (y.shape.length >= 2 && size > 1) add(1.2, { kind: 'transpose' });
  for (const axes of subsets(y.shape.length)) {
    if (axes.length === 0) continue;
    for (const keepDims of [false, true]) add(keepDims ? 1.02 : 1, { kind: 'sum', axes, keepDims });
  }

  for (const reference of gradientsFor(stage, n)) {
    const value = reference.pick(stage, n - 1, n);
    if (value && sameShape(value, y) && size > 1)
      add(3 + (reference.scale === 1 ? 0 : 0.1), { kind: 'replace', reference });
  }

  for (const reference of referencesFor(stage, n)) {
    const value = reference.pick(stage, n - 1, n) ?? reference.pick(stage, 0, n);
    if (!value || value.dtype === 'string' || value === y) continue;
    const isOurs = isDownstream(stage, at, value);
    if (isOurs) continue;
    const cost = costOfReference(reference);
    for (const [input, own] of operands) {
      if (own === value || !sameShape(own, value) || value.shape.length === 0) continue;
      if (sameNumbers(own.values, value.values, 1e-13)) continue;
      add(1.25 + cost, { kind: 'operand', input, reference });
    }
    if (reference.kind === 'derivative' && sameShape(value, y)) {
      for (const [keep, own] of operands) {
        const isUnary = operands.length === 1 && kernel !== 'Identity';
        if (isUnary && sameShape(own, y)) add(1.15, { kind: 'instead', keep, reference });
      }
    }
    if (!broadcasts(value, y)) continue;
    const isScalar = value.values.length === 1;
    if (isScalar && Math.abs(Math.abs(value.values[0]) - 1) < 1e-12) continue;
    const isLiteral = isScalar && reference.key.startsWith('backward');
    if (!isLiteral) add(isScalar ? 0.95 : 1.2 + cost, { kind: 'times', reference });
    if (isScalar || reference.kind === 'derivative')
      add(isLiteral ? 1.45 : isScalar ? 0.97 : 1.4 + cost, { kind: 'over', reference });
    const isTerm = reference.key.startsWith('backward') || reference.key.startsWith('leaf');
    if (sameShape(value, y) && reference.kind === 'value' && isTerm) {
      add(1.6 + cost, { kind: 'plus', reference });
      add(1.8 + cost, { kind: 'minus', reference });
    }
  }
  return edits;
}

/** The attributes of a slice or a padding that begins elsewhere. */
function windowed(
  kernel: string,
  attrs: Operation['attrs'],
  shape: readonly number[],
  { axes, by, times }: { axes: readonly number[]; by: number; times: boolean },
): object | undefined {
  const moved = (start: number, axis: number) =>
    axes.includes(axis) ? (times ? start * by : start + by) : start;
  if (kernel === 'Slice') {
    const [begin, size] = [attrs.begin as number[], attrs.size as number[]];
    const starts = begin.map(moved);
    const fits = starts.every(
      (start, i) => Number.isInteger(start) && start >= 0 && start + size[i] <= shape[i],
    );
    return fits ? { begin: starts, size } : undefined;
  }
  const paddings = (attrs.paddings as [number, number][]).map(([before, after], axis) => {
    const start = moved(before, axis);
    return [start, after + before - start];
  });
  const fits = paddings.flat().every((side) => Number.isInteger(side) && side >= 0);
  return fits ? { ...attrs, paddings } : undefined;
}

const unit: Factor = { name: '1', kind: 'number', of: [], below: false, value: () => 1 };

const costOf = ({ kind, of }: Factor) =>
  ({
    sign: 0.7,
    number: 1,
    dimension: 0.6 + 0.2 * of.length,
    root: 1.05,
    'less-one': 1,
    fitted: 1.5,
  })[kind];

/** What stands in a loop at the same place is likelier than what stands a step away. */
const costOfReference = ({ kind, key }: Reference) =>
  (kind === 'derivative' ? -0.15 : 0) +
  (/ [+-] 1$/.test(key) ? 0.1 : 0) +
  (key.startsWith('backward') ? 0.15 : 0) +
  (/^forward .* < /.test(key) ? 0.02 : 0);

const sameShape = (a: NdArray, b: NdArray) => String(a.shape) === String(b.shape);

/** Whether a operates on b element by element without making it larger. */
function broadcasts(a: NdArray, b: NdArray): boolean {
  if (a.shape.length > b.shape.length) return false;
  const offset = b.shape.length - a.shape.length;
  return a.shape.every((side, i) => side === 1 || side === b.shape[i + offset]);
}

/** Whether a value is computed from the operation: it cannot be put into it. */
function isDownstream(stage: Stage, at: readonly number[], value: NdArray): boolean {
  const index = stage.indexOf(value);
  return index !== undefined && index >= at[0] && at.length === 1;
}

/** The axes of a tensor of a rank, in every combination; none and all among them. */
function subsets(rank: number): number[][] {
  if (rank > 4) return [Array.from({ length: rank }, (_, i) => i)];
  return Array.from({ length: 2 ** rank }, (_, bits) =>
    Array.from({ length: rank }, (_, i) => i).filter((i) => bits & (1 << i)),
  );
}
