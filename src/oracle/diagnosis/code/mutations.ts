import type { NdArray } from '../../../float64/array.js';
import { kernels } from '../../../float64/register.js';
import type { Operation, Value } from '../../recording.js';
import { type Factor, factorsOf } from './factor.js';
import { type Contribution, chainRule, on, onesLike, reverse } from './reverse.js';
import { same } from './scene.js';
import type { Stage } from './stage.js';

/** One thing done wrong in the reverse pass over a forward pass, in all iterations of a loop alike. */
export type Slip =
  | { readonly kind: 'cut'; readonly key: string; readonly input: string }
  | {
      readonly kind: 'unfactored' | 'softmax-diagonal';
      readonly key: string;
      readonly input: string;
    }
  | {
      readonly kind: 'unmoved' | 'twice' | 'at-output' | 'of-input' | 'diagonal' | 'own-sum';
      readonly key: string;
    }
  | {
      readonly kind: 'times';
      readonly key: string;
      readonly input: string;
      readonly factor: Factor;
    }
  | { readonly kind: 'transposed'; readonly key: string; readonly input: string }
  | {
      readonly kind: 'overwritten';
      readonly key: string;
      readonly input: string;
      readonly keeps: 'first' | 'last';
    }
  | {
      readonly kind: 'one-sample';
      readonly key: string;
      readonly input: string;
      readonly keeps: 'first' | 'last' | 'last row';
    }
  | { readonly kind: 'rows' | 'everywhere' | 'evenly'; readonly key: string }
  | { readonly kind: 'epsilon'; readonly key: string; readonly input: string };

export interface Mutation {
  readonly slips: readonly Slip[];
  readonly cost: number;
}

/**
 * Looks for a mistake in the reverse pass that gives the very gradients under check: for a backward pass
 * whose own operations do not tell, such as one in loops over plain arrays.
 */
export function mutations(
  stage: Stage,
  fresh: readonly Stage[],
  deadline: number,
): readonly Mutation[] {
  const found: Mutation[] = [];
  const costs = slipsOf(stage);
  const isLate = () => performance.now() > deadline;
  const holds = (slips: readonly Slip[]) => fresh.every((other) => reproduces(other, slips));
  let least = Number.POSITIVE_INFINITY;
  for (const { slip, cost } of costs) {
    if (isLate() || cost > least + 0.3) break;
    if (!reproduces(stage, [slip]) || !holds([slip])) continue;
    least = Math.min(least, cost);
    found.push({ slips: [slip], cost });
  }
  if (found.length > 0) return found;
  const cuts = costs.filter(({ slip }) => slip.kind === 'cut').slice(0, 60);
  for (const [i, a] of cuts.entries()) {
    for (const b of cuts.slice(i + 1)) {
      if (isLate()) return found;
      const slips = [a.slip, b.slip];
      if (reproduces(stage, slips) && holds(slips)) found.push({ slips, cost: a.cost + b.cost });
    }
  }
  return found;
}

/** Whether the slips give what the backward pass has returned. */
export function reproduces(stage: Stage, slips: readonly Slip[]): boolean {
  const { scene } = stage;
  const gradients = wrongReverse(stage, slips);
  if (!gradients) return false;
  for (const [value, name] of scene.leaves) {
    const hand = scene.returned[`d${name}`];
    if (!hand || !scene.oracle[`d${name}`]) continue;
    const made = gradients.get(value);
    const zero = hand.values.every((v) => v === 0);
    if (!made) {
      if (!zero) return false;
    } else if (!same(made, hand, scene.noise[`d${name}`])) return false;
  }
  return true;
}

function wrongReverse(
  stage: Stage,
  slips: readonly Slip[],
): ReadonlyMap<Value, NdArray> | undefined {
  const { forward, cost } = stage.scene;
  const at = new Map<number, Slip[]>();
  for (const slip of slips) {
    const group = stage.forwardGroups.find(({ key }) => key === slip.key);
    if (!group) return undefined;
    for (const i of group.at) at.set(i, [...(at.get(i) ?? []), slip]);
  }
  try {
    const epsilon = slips.find(({ kind }) => kind === 'epsilon');
    if (epsilon) return withoutEpsilon(stage, epsilon as Extract<Slip, { kind: 'epsilon' }>);
    const contribution: Contribution = (i, input, dY, own) => {
      let part: () => NdArray | undefined = own;
      for (const slip of at.get(i) ?? []) {
        const before = part;
        part = () => slipped(stage, slip, forward[i], i, input, dY, before);
      }
      return part();
    };
    return reverse(forward, cost, contribution);
  } catch {
    return undefined;
  }
}

function slipped(
  stage: Stage,
  slip: Slip,
  operation: Operation,
  index: number,
  input: string,
  dY: NdArray,
  own: () => NdArray | undefined,
): NdArray | undefined {
  const { inputs, outputs, attrs } = operation;
  const x = inputs[input];
  switch (slip.kind) {
    case 'cut':
      return input === slip.input ? undefined : own();
    case 'unfactored':
      return input === slip.input ? dY : own();
    case 'softmax-diagonal': {
      // P = e / Σ e: what reaches e is such that e passes dP P (1 - P) on.
      if (input !== 'a') return undefined;
      const [P] = outputs;
      const slope = one('Multiply', { a: P, b: one('Sub', { a: onesLike(P), b: P }) });
      return one('RealDiv', { a: one('Multiply', { a: dY, b: slope }), b: inputs.a });
    }
    case 'unmoved':
      return String(dY.shape) === String(x.shape) ? dY : own();
    case 'twice':
      return once(own(), (part) => chainRule(operation, input, [part]));
    case 'at-output':
      return chainRule(on(operation, { ...inputs, [input]: outputs[0] }), input, [dY]);
    case 'of-input':
      return chainRule({ ...operation, outputs: [x] }, input, [dY]);
    case 'diagonal':
      return once(own(), () =>
        one('Multiply', {
          a: dY,
          b: one('Multiply', { a: outputs[0], b: one('Sub', { a: onesLike(dY), b: outputs[0] }) }),
        }),
      );
    case 'own-sum':
      return once(own(), () => one('Multiply', { a: dY, b: outputs[0] }));
    case 'times': {
      const factor = slip.factor.value(stage);
      return input === slip.input && factor !== undefined
        ? once(own(), (part) => scaled(part, factor))
        : own();
    }
    case 'transposed':
      return input === slip.input ? once(own(), transposedOf) : own();
    case 'overwritten': {
      if (input !== slip.input) return own();
      const group = stage.forwardGroups.find(({ key }) => key === slip.key)!;
      return index === (slip.keeps === 'last' ? group.at.at(-1) : group.at[0]) ? own() : undefined;
    }
    case 'one-sample':
      return input === slip.input
        ? once(own(), () => chainRule(operation, input, [oneSample(dY, slip.keeps)]))
        : own();
    case 'everywhere':
    case 'evenly': {
      const axis = attrs.reductionIndices ?? attrs.axis;
      const spread = chainRule(
        {
          ...operation,
          kernel: slip.kind === 'evenly' ? 'Mean' : 'Sum',
          attrs: { ...attrs, axis },
        },
        input,
        [dY],
      );
      return input === 'x' ? spread : own();
    }
    case 'rows':
      return input === 'x' ? overwrittenRows(operation, dY) : own();
    case 'epsilon':
      return own();
  }
}

const once = (part: NdArray | undefined, f: (part: NdArray) => NdArray | undefined) =>
  part ? f(part) : undefined;

const one = (
  kernel: string,
  inputs: Readonly<Record<string, NdArray>>,
  attrs: object = {},
): NdArray => [kernels[kernel](inputs, attrs)].flat()[0];

const scaled = (a: NdArray, by: number): NdArray => ({
  ...a,
  values: (a.values as Float64Array).map((v) => v * by),
});

function transposedOf(x: NdArray): NdArray {
  const rank = x.shape.length;
  const perm = x.shape.map((_, i) => i);
  [perm[rank - 2], perm[rank - 1]] = [rank - 1, rank - 2];
  return one('Transpose', { x }, { perm });
}

/** dY where the first or the last sample alone counts. */
function oneSample(dY: NdArray, keeps: 'first' | 'last' | 'last row'): NdArray {
  const width = keeps === 'last row' ? (dY.shape.at(-1) ?? 1) : dY.values.length / dY.shape[0];
  const values = new Float64Array(dY.values.length);
  const start = keeps === 'first' ? 0 : dY.values.length - width;
  values.set((dY.values as Float64Array).subarray(start, start + width), start);
  return { ...dY, values };
}

/** The gradient of a lookup, where a row that is looked up twice keeps the last one's alone. */
function overwrittenRows({ inputs, attrs }: Operation, dY: NdArray): NdArray {
  const { x, indices } = inputs;
  if ((attrs.axis ?? 0) !== 0) throw new Error('rows alone are overwritten');
  const width = x.values.length / x.shape[0];
  const values = new Float64Array(x.values.length);
  [...indices.values].forEach((row, i) => {
    values.set((dY.values as Float64Array).subarray(i * width, (i + 1) * width), row * width);
  });
  return { values, shape: x.shape, dtype: 'float32' };
}

/** The gradients of the same forward pass without a small constant: P - Y for a cost with log(P + 1e-7). */
function withoutEpsilon(
  stage: Stage,
  { key, input }: { key: string; input: string },
): ReadonlyMap<Value, NdArray> {
  const { forward, cost } = stage.scene;
  const group = stage.forwardGroups.find((group) => group.key === key)!;
  const others = new Map<Value, Value>();
  const operations = forward.map((operation, i) => {
    const inputs = Object.fromEntries(
      Object.entries(operation.inputs).map(([name, value]) => [
        name,
        group.at.includes(i) && name === input
          ? { ...value, values: new Float64Array(1) }
          : (others.get(value) ?? value),
      ]),
    );
    const made = on(operation, inputs);
    for (const [k, output] of operation.outputs.entries()) others.set(output, made.outputs[k]);
    return made;
  });
  return reverse(operations, others.get(cost) ?? cost);
}

/** Whether a value is a parameter, or a part of one. */
function isParameter(stage: Stage, value: Value): boolean {
  if (stage.scene.leaves.has(value)) return true;
  const maker = stage.makerOf(value);
  return (
    maker !== undefined &&
    /^(Unpack|Slice|StridedSlice|Reshape|Identity|Transpose)$/.test(maker.kernel) &&
    isParameter(stage, maker.inputs.x ?? maker.inputs.value)
  );
}

/** What a value is the sum of, by way of changes of shape. */
function sumOf(stage: Stage, value: Value): Value | undefined {
  const maker = stage.makerOf(value);
  if (!maker) return undefined;
  return maker.kernel === 'Sum'
    ? maker.inputs.x
    : /^(Reshape|ExpandDims|Identity)$/.test(maker.kernel)
      ? sumOf(stage, Object.values(maker.inputs)[0])
      : undefined;
}

/** Every slip that is tried, the likeliest first. */
function slipsOf(stage: Stage): readonly { slip: Slip; cost: number }[] {
  const { forward, leaves } = stage.scene;
  const on = stage.gradients();
  const slips: { slip: Slip; cost: number }[] = [];
  const add = (cost: number, slip: Slip) => slips.push({ slip, cost });
  const factors = factorsOf(stage).slice(0, 16);
  const variable = new Set<Value>(
    [...leaves].filter(([, name]) => name !== 'Y').map(([value]) => value),
  );
  for (const { inputs, outputs } of forward) {
    if (Object.values(inputs).some((input) => variable.has(input)))
      for (const output of outputs) variable.add(output);
  }
  for (const { key, at } of stage.forwardGroups) {
    const operation = forward[at.at(-1)!];
    const { kernel, inputs, outputs, attrs } = operation;
    if (!outputs.some((output) => on.has(output))) continue;
    const used = Object.keys(inputs).filter(
      (name) => variable.has(inputs[name]) && inputs[name].dtype === 'float32',
    );
    for (const input of used) {
      add(1.1, { kind: 'cut', key, input });
      for (const factor of factors) add(1.6, { kind: 'times', key, input, factor });
      const { shape } = inputs[input];
      if (shape.length >= 2 && shape.at(-1) === shape.at(-2))
        add(1.4, { kind: 'transposed', key, input });
      // A parameter that each iteration uses; a value of its own in each is no sum.
      if (at.length > 1 && at.every((i) => forward[i].inputs[input] === inputs[input])) {
        add(1.15, { kind: 'overwritten', key, input, keeps: 'last' });
        add(1.3, { kind: 'overwritten', key, input, keeps: 'first' });
      }
    }
    for (const [input, value] of Object.entries(inputs)) {
      const [constant] = value.values;
      if (
        value.values.length === 1 &&
        !variable.has(value) &&
        Math.abs(constant) > 0 &&
        Math.abs(constant) < 1e-3 &&
        /^(Add|Maximum)$/.test(kernel)
      ) {
        add(1.3, { kind: 'epsilon', key, input });
      }
    }
    const isShaped =
      used.length === 1 && String(inputs[used[0]].shape) === String(outputs[0].shape);
    if (isShaped && !/^(Add|AddN|Sub|Identity|Cast|Reshape|Neg)$/.test(kernel)) {
      add(1.1, { kind: 'unmoved', key });
      if (Object.keys(inputs).length === 1) {
        add(1.2, { kind: 'twice', key });
        add(1.25, { kind: 'at-output', key });
        add(1.25, { kind: 'of-input', key });
      }
    }
    if (/^(Multiply|RealDiv)$/.test(kernel) && used.length === 2) {
      for (const input of used) {
        const isSame = String(inputs[input].shape) === String(outputs[0].shape);
        if (isSame && (kernel === 'Multiply' || input === 'a'))
          add(1.2, { kind: 'unfactored', key, input });
      }
    }
    if (kernel === 'RealDiv' && sumOf(stage, inputs.b) === inputs.a) {
      add(1.05, { kind: 'softmax-diagonal', key, input: 'a' });
    }
    if (kernel === 'Softmax') {
      add(1.05, { kind: 'diagonal', key });
      add(1.15, { kind: 'own-sum', key });
    }
    if (/^(Max|Min)$/.test(kernel)) {
      add(1.1, { kind: 'everywhere', key });
      add(1.15, { kind: 'evenly', key });
    }
    if (/^(BatchMatMul|Conv2D|Add)$/.test(kernel) && outputs[0].shape.length >= 2) {
      for (const input of used) {
        if (!isParameter(stage, inputs[input])) continue;
        for (const keeps of ['last', 'first', 'last row'] as const)
          add(1.35, { kind: 'one-sample', key, input, keeps });
      }
    }
    if (kernel === 'GatherV2' && (attrs.axis ?? 0) === 0) add(1.1, { kind: 'rows', key });
  }
  return slips.sort((a, b) => a.cost - b.cost);
}
