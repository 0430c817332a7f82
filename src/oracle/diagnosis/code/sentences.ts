import type { NdArray } from '../../../float64/array.js';
import { list } from '../../../text/words.js';
import type { Operation, Value } from '../../recording.js';
import type { Expression } from '../../source.js';
import type { Change, Edit } from './edits.js';
import type { Factor } from './factor.js';
import type { Mutation, Slip } from './mutations.js';
import type { Reference } from './reference.js';
import type { Span, Stage } from './stage.js';

/** What an edit or a slip says to the one who wrote the code. */
export interface Said {
  readonly id: string;
  /** What the line assigns to, where it has a name. */
  readonly place?: string;
  readonly sentence: string;
  /** The line as it should be. */
  readonly correction?: string;
}

/** What stands at the edited call. */
interface Site {
  readonly stage: Stage;
  readonly operation: Operation;
  readonly index: number;
  readonly expression?: Expression;
  /** dz1, or `tf.sum(dxhat, 1)` in dx */
  readonly subject: string;
  readonly place?: string;
  /** The call as it is written; for what runs no operation, the name. */
  readonly call: string;
}

export function sayEdit(stage: Stage, { key, change }: Edit): Said {
  const group = stage.groupOf(key)!;
  const site = siteOf(stage, group.at[0]);
  const n = group.at.length;
  const said = sayChange(site, change, n);
  const written = said.write && writtenOf(site, said.write);
  return {
    id: said.id,
    ...(site.place && { place: site.place }),
    sentence: `${said.sentence}.`,
    ...(written && { correction: written }),
  };
}

function siteOf(stage: Stage, index: number): Site {
  const operation = stage.scene.backward[index];
  const where = operation.attrs.place;
  if (typeof where === 'string') {
    const [kind] = where.split(' ');
    const input = operation.inputs.x;
    const name = stage.nameOf(input) ?? 'it';
    if (kind === 'return') {
      const returned = where.slice('return '.length);
      return { stage, operation, index, subject: returned, place: returned, call: name };
    }
    const user = stage.scene.backward[firstUse(stage, operation)];
    const expression = user?.calls[0] && stage.lookup(user.calls[0]);
    const written =
      user && stage.argumentAt(user, Object.values(user.inputs).indexOf(operation.outputs[0]));
    const within = expression?.target ?? expression?.within;
    const call = written ?? name;
    const subject = within ? `\`${call}\` in ${within}` : `\`${call}\``;
    return { stage, operation, index, subject, call, ...(within && { place: within }) };
  }
  // The innermost call is what runs; what it is assigned to may stand further out.
  const expressions = operation.calls.flatMap((place) => stage.lookup(place) ?? []);
  const [expression] = expressions;
  const target = expressions.find((one) => one.target)?.target;
  const within = expressions.find((one) => one.within)?.within;
  const call = expression?.text ?? operation.kernel;
  const subject = target ?? (within ? `\`${short(call)}\` in ${within}` : `\`${short(call)}\``);
  const place = target ?? within;
  return {
    stage,
    operation,
    index,
    subject,
    call,
    ...(expression && { expression }),
    ...(place && { place }),
  };
}

const firstUse = (stage: Stage, { outputs }: Operation) =>
  stage.scene.backward.findIndex(({ inputs }) => Object.values(inputs).includes(outputs[0]));

interface Change2 {
  readonly id: string;
  readonly sentence: string;
  /** The call as it should be written. */
  readonly write?: string;
}

function sayChange(site: Site, change: Change, n: number): Change2 {
  const { stage, operation, subject, call } = site;
  const nameOf = (reference: Reference) => nameOfReference(stage, reference, n);
  switch (change.kind) {
    case 'scale':
      return sayFactor(site, change.factor);
    case 'times': {
      const { reference } = change;
      if (reference.kind === 'derivative') return lacksDerivative(site, spanOf(stage, reference));
      const name = nameOf(reference);
      const [value] = [reference.pick(stage, 0, n)!];
      if (value.shape.length === 0) {
        return {
          id: 'factor-missing',
          sentence: `${subject} lacks the factor ${scalarName(stage, name, value)} of the forward pass`,
          write: `tf.mul(${call}, ${name})`,
        };
      }
      return {
        id: 'factor-missing',
        sentence: `${subject} lacks ${name}: ${subjectOnly(site)} ∘ ${name} belongs there; the product with ${name} is missing`,
        write: `tf.mul(${call}, ${name})`,
      };
    }
    case 'over': {
      const { reference } = change;
      if (reference.kind === 'derivative') {
        const span = spanOf(stage, reference);
        return {
          id: 'derivative-twice',
          sentence: `${subject} has the derivative of ${functionOf(stage, span)} once too often: it is there already`,
        };
      }
      const name = nameOf(reference);
      const factor = reference.pick(stage, 0, n)!;
      if (factor.values.length === 1) {
        const isLiteral = reference.key.startsWith('backward');
        return {
          id: isLiteral ? 'constant-factor' : 'factor-twice',
          sentence: `${subject} ${isLiteral ? 'holds' : 'has'} the factor ${scalarName(stage, name, factor)} ${isLiteral ? 'too much: a constant such as the learning rate' : 'of the forward pass once too often: it is applied twice'}`,
          write: `tf.div(${call}, ${name})`,
        };
      }
      return {
        id: 'factor-twice',
        sentence: `${subject} is multiplied by ${name} once too often`,
        write: `tf.div(${call}, ${name})`,
      };
    }
    case 'plus':
    case 'minus': {
      const name = nameOf(change.reference);
      return {
        id: 'term-missing',
        sentence: `${subject} lacks the term ${change.kind === 'plus' ? '' : '-'}${name}${stepBefore(change.reference, n)}: it is not ${change.kind === 'plus' ? 'added' : 'subtracted'}`,
        write: `tf.${change.kind === 'plus' ? 'add' : 'sub'}(${call}, ${name})`,
      };
    }
    case 'drop':
      return sayDrop(site, change);
    case 'axes': {
      const axes = [operation.attrs.axis ?? operation.attrs.reductionIndices].flat() as number[];
      const x = operation.inputs.x;
      const same = String(axes) === String(change.axes);
      const write = `tf.${operation.kernel.toLowerCase()}(${site.expression?.args[0] ?? 'x'}, ${axesText(change.axes)}${change.keepDims ? ', true' : ''})`;
      const reduced = operation.kernel === 'Mean' ? 'averaged' : 'summed';
      if (same) {
        return {
          id: 'keepdims-missing',
          sentence: `${subject} has the right numbers in the shape (${operation.outputs[0].shape.join(', ')}): keepDims ${change.keepDims ? 'is missing' : 'is too much'}`,
          write,
        };
      }
      return {
        id: 'wrong-axis',
        sentence: `${subject} is ${reduced} over ${axesIn(stage, x, axes)} where ${axesIn(stage, x, change.axes)} belongs`,
        write,
      };
    }
    case 'sum': {
      const [y] = operation.outputs;
      if (change.axes.every((axis) => y.shape[axis] === 1)) {
        return {
          id: 'keepdims-missing',
          sentence: `${subject} has the right numbers in the shape (${y.shape.join(', ')}): a dimension is too many`,
          write: `tf.squeeze(${call}, [${change.axes.join(', ')}])`,
        };
      }
      return {
        id: 'not-summed',
        sentence: `${subject} is not summed over ${axesIn(stage, y, change.axes)}${change.axes.length === y.shape.length && y.shape.length > 1 ? ', the whole that it was broadcast to' : ''}`,
        write: `tf.sum(${call}, ${axesText(change.axes)}${change.keepDims ? ', true' : ''})`,
      };
    }
    case 'transpose':
      return {
        id: 'transposed',
        sentence: `${subject} is not transposed: its transpose belongs there`,
        write: `tf.transpose(${call})`,
      };
    case 'flags':
      return sayFlags(site, change);
    case 'kernel':
      return sayKernel(site, change.kernel);
    case 'operand': {
      const own = operation.inputs[change.input];
      const isUse = typeof operation.attrs.place === 'string';
      const wrong = isUse ? call : (argumentText(stage, site, change.input) ?? 'another value');
      if (change.reference.kind === 'derivative') {
        const span = spanOf(stage, change.reference);
        const at = atOther(stage, operation, change.input, span);
        return {
          id: at ? 'derivative-at' : 'derivative-of-another',
          sentence: at
            ? `${subject} takes the derivative of ${functionOf(stage, span)} at ${at} where ${inputName(stage, span)} belongs: ${derivativeText(stage, span)}`
            : `${subject} has \`${short(wrong)}\` where the derivative of ${functionOf(stage, span)} belongs: ${derivativeText(stage, span)}`,
        };
      }
      void own;
      const right = nameOf(change.reference);
      return {
        id: 'wrong-value',
        sentence: `${isUse ? (site.place ?? subject) : subject} uses ${short(wrong)} where ${right}${stepBefore(change.reference, n)} belongs`,
        ...(site.expression && { write: replaceFirst(call, wrong, right) }),
      };
    }
    case 'instead': {
      const span = spanOf(stage, change.reference);
      const x = argumentText(stage, site, change.keep) ?? 'the gradient';
      return {
        id: 'derivative-at-gradient',
        sentence: `${subject} is \`${short(call)}\`, ${functionOf(stage, span)} applied to the gradient ${x}, forward again: the derivative of ${functionOf(stage, span)} belongs there, taken from ${inputName(stage, span)}, not from ${x}`,
        write: `tf.mul(${x}, ${derivativeText(stage, span)})`,
      };
    }
    case 'constant': {
      const own = operation.inputs[change.input].values[0];
      const written = argumentText(stage, site, change.input);
      const is = written && written !== String(own) ? `${written} = ${number(own)}` : number(own);
      const { factor } = change;
      return {
        id: 'wrong-constant',
        sentence: `${subject} has ${is} where ${factorName(stage, factor)} belongs${sayMeaning(stage, site, own, factor)}`,
        ...(written && { write: replaceFirst(call, written, codeOf(factor)) }),
      };
    }
    case 'order': {
      const [a, b] = change.names.map((name) => argumentOf(site, name));
      return {
        id: 'order-swapped',
        sentence: `${subject} has ${a} and ${b} in the wrong order: the two are swapped`,
      };
    }
    case 'window': {
      const how = change.times
        ? `its start is to be multiplied by ${change.by}: the stride of the forward pass is missing`
        : `it begins ${Math.abs(change.by)} too ${change.by > 0 ? 'early' : 'late'}: the shift by the padding is missing`;
      return {
        id: 'wrong-window',
        sentence: `${subject} is taken at the wrong place along ${axesIn(stage, operation.inputs.x, change.axes)}: ${how}`,
      };
    }
    case 'accumulate':
      return {
        id: 'not-accumulated',
        sentence: `${subject} is overwritten in each of the ${n} iterations: = where += belongs, so that the last one alone counts`,
        write: `tf.add(${site.place ?? 'sum'}, ${call})`,
      };
    case 'replace': {
      const value = change.reference.pick(stage, n - 1, n);
      const [of] =
        [...stage.gradients()].find(
          ([, own]) => own === value || (value && sameUpTo(own, value)),
        ) ?? [];
      const name = short((of && stage.nameOf(of)) ?? 'a value of the forward pass');
      return {
        id: 'wrong-step',
        sentence: `${subject} is the first wrong step: it should be the gradient of ${name}${usesOf(stage, of)}. With the right one all that follows is right; why it is wrong is unknown`,
      };
    }
  }
}

// Factors

function sayFactor(site: Site, factor: Factor): Change2 {
  const { stage, subject, call } = site;
  const value = factor.value(stage)!;
  const write =
    value === -1
      ? `tf.neg(${call})`
      : factor.below
        ? `tf.div(${call}, ${codeOf({ ...factor, name: under(factor) })})`
        : `tf.mul(${call}, ${codeOf(factor)})`;
  switch (factor.kind) {
    case 'sign':
      return {
        id: 'sign',
        sentence: `${subject} has the wrong sign: it is -1 times the right one`,
        write,
      };
    case 'dimension': {
      const size = number(factor.below ? 1 / value : value);
      const name = under(factor);
      const what = meaningOf(stage, factor);
      return factor.below
        ? {
            id: 'mean-missing',
            sentence: `${subject} is ${name} = ${size} times too large: the 1/${brackets(name)} of the mean over ${what} is missing`,
            write,
          }
        : {
            id: 'mean-twice',
            sentence: `${subject} is ${name} = ${size} times too small: 1/${brackets(name)} is there once too often; it is the mean over ${what} where the sum belongs`,
            write,
          };
    }
    case 'root':
      return factor.below
        ? {
            id: 'scale-missing',
            sentence: `${subject} lacks the scale ${factor.name} = ${number(value)}`,
            write,
          }
        : {
            id: 'scale-twice',
            sentence: `${subject} has the scale 1/${under(factor)} once too often`,
            write,
          };
    case 'less-one': {
      const [d] = factor.of;
      const n = stage.scene.dimensions[d];
      const [has, right] = factor.below
        ? [`${d} - 1 = ${n - 1}`, `${d} = ${n}`]
        : [`${d} = ${n}`, `${d} - 1 = ${n - 1}`];
      return {
        id: 'wrong-divisor',
        sentence: `${subject} is divided by ${has} where ${right} belongs`,
        write,
      };
    }
    case 'number': {
      const times = number(1 / value);
      const why =
        value < 1
          ? `a factor of ${number(1 / value)} is too much`
          : `a factor of ${number(value)} is missing`;
      return {
        id: 'constant-factor',
        sentence: `${subject} is ${fraction(1 / value) ?? times} times the right one: ${why}${alsoDimensions(stage, value)}`,
        write,
      };
    }
    case 'fitted':
      return {
        id: 'constant-factor',
        sentence: `${subject} is ${number(1 / value)}${reciprocal(1 / value)} times the right one in every element: a constant such as the learning rate is in it`,
        write,
      };
  }
}

const under = ({ name, below }: Factor) =>
  below ? name.replace(/^1\/\(?([^()]*(?:\([^()]*\))?[^()]*?)\)?$/, '$1') : name;

/** Of which dimension a number may be one as well: 2 = X.shape[1]. */
function alsoDimensions(stage: Stage, value: number): string {
  const fits = Object.entries(stage.scene.dimensions)
    .filter(([, size]) => size === value || size === 1 / value)
    .map(([name]) => `${name} = ${stage.scene.dimensions[name]}`);
  const roots = Object.entries(stage.scene.dimensions)
    .filter(([, size]) => Math.abs(Math.sqrt(size) - Math.max(value, 1 / value)) < 1e-12)
    .map(([name]) => `sqrt(${name}) = ${number(Math.max(value, 1 / value))}`);
  const all = [...fits, ...roots].slice(0, 4);
  return all.length > 0 ? `; it may be ${all.join(' or ')}` : '';
}

function sayMeaning(stage: Stage, _site: Site, own: number, factor: Factor): string {
  const value = factor.value(stage)!;
  if (Math.abs(own + value) < 1e-12 * Math.abs(value)) return ': the sign is wrong';
  return '';
}

/** N = 7 (the samples) */
function factorName(stage: Stage, factor: Factor): string {
  const value = factor.value(stage)!;
  return factor.kind === 'number' || factor.kind === 'sign'
    ? factor.name
    : `${factor.name} = ${number(value)}`;
}

const codeOf = ({ name }: Factor) => name.replace(/ (?=[\w(])/g, ' * ');

/** What the dimensions of a factor count. */
function meaningOf(stage: Stage, { of }: Factor): string {
  const sizes = of.map((name) => stage.scene.dimensions[name]);
  const product = sizes.reduce((a, b) => a * b, 1);
  if (of.length > 1) return `all ${product} elements (${of.join(' times ')})`;
  return `the ${product} ${roleOf(stage, of[0])}`;
}

/** samples, features or outputs, where X and Y tell; else nothing but the name. */
function roleOf(stage: Stage, dimension: string): string {
  const size = stage.scene.dimensions[dimension];
  const shape = (name: string) =>
    [...stage.scene.leaves].find(([, own]) => own === name)?.[0].shape ?? [];
  const [X, Y] = [shape('X'), shape('Y')];
  const isSamples =
    (X[0] === size && Y[0] === size) || (X.at(-1) === size && Y.at(-1) === size && X.length > 1);
  if (isSamples) return `samples (${dimension})`;
  if (X.includes(size) && X.length === 2) return `features of X (${dimension})`;
  if (Y.includes(size) && Y.length === 2) return `outputs (${dimension})`;
  return `of ${dimension}`;
}

function axesIn(stage: Stage, x: NdArray, axes: readonly number[]): string {
  if (axes.length === 0) return 'no axis';
  const named = axes.map((axis) => {
    const size = x.shape[axis];
    const dimension = Object.entries(stage.scene.dimensions).find(([, own]) => own === size)?.[0];
    return `axis ${axis}${dimension ? ` (the ${size} ${roleOf(stage, dimension)})` : ` (${size})`}`;
  });
  return list(named);
}

const axesText = (axes: readonly number[]) =>
  axes.length === 1 ? String(axes[0]) : `[${axes.join(', ')}]`;

// Derivatives

function spanOf(stage: Stage, { key }: Reference): Span {
  const name = key.replace(/ (only|last|first|same|reverse)( [+-] 1)?$/, '');
  return stage.spans().get(name)![0];
}

function lacksDerivative(site: Site, span: Span): Change2 {
  const { stage, subject, call } = site;
  const operation = stage.scene.forward[span.steps.at(-1)!];
  const fn = functionOf(stage, span);
  const text = derivativeText(stage, span);
  if (/^(Multiply|RealDiv)$/.test(operation.kernel) && span.steps.length === 1) {
    return {
      id: 'factor-missing',
      sentence: `${subject} lacks the factor of \`${stage.textOf(operation) ?? fn}\` in the forward pass: ${text} is missing`,
      write: `tf.mul(${call}, ${text})`,
    };
  }
  return {
    id: 'derivative-missing',
    sentence: `${subject} is not multiplied by the derivative of ${fn}: the derivative of ${fn} at ${inputName(stage, span)}, ${text}, is missing`,
    write: `tf.mul(${call}, ${codeOfDerivative(stage, span)})`,
  };
}

const inputName = (stage: Stage, { from }: Span) => short(stage.nameOf(from) ?? 'its input');

function functionOf(stage: Stage, { steps }: Span): string {
  const names = steps.map((i) => stage.scene.forward[i].kernel.toLowerCase());
  if (names.length === 1) return names[0];
  const last = stage.scene.forward[steps.at(-1)!];
  return `\`${short(stage.textOf(last) ?? names.join(', '))}\``;
}

/** 1 - h², in the user's names. */
function derivativeText(stage: Stage, span: Span): string {
  const [x, y] = [inputName(stage, span), short(stage.nameOf(span.to) ?? 'its output')];
  if (span.steps.length > 1) return `∂${bare(y)}/∂${bare(x)}`;
  const { kernel, inputs } = stage.scene.forward[span.steps[0]];
  const other = Object.values(inputs).find((value) => value !== span.from);
  const text: Readonly<Record<string, string>> = {
    Tanh: `1 - ${bare(y)}²`,
    Sigmoid: `${bare(y)} ∘ (1 - ${bare(y)})`,
    Relu: `step(${x})`,
    Exp: `exp(${x})`,
    Log: `1/${bare(x)}`,
    Square: `2 ${bare(x)}`,
    Sqrt: `1/(2 ${bare(y)})`,
    Softplus: `sigmoid(${x})`,
    Multiply: other ? scalarName(stage, short(stage.nameOf(other) ?? ''), other) : '',
    RealDiv: other ? `1/${scalarName(stage, short(stage.nameOf(other) ?? ''), other)}` : '',
  };
  return text[kernel] || `${kernel.toLowerCase()}'(${x})`;
}

function codeOfDerivative(stage: Stage, span: Span): string {
  const [x, y] = [inputName(stage, span), short(stage.nameOf(span.to) ?? 'y')];
  const { kernel } = stage.scene.forward[span.steps.at(-1)!];
  const text: Readonly<Record<string, string>> = {
    Tanh: `tf.sub(1, tf.square(${y}))`,
    Sigmoid: `tf.mul(${y}, tf.sub(1, ${y}))`,
    Relu: `tf.step(${x})`,
    Exp: `tf.exp(${x})`,
    Log: `tf.reciprocal(${x})`,
    Softplus: `tf.sigmoid(${x})`,
  };
  return (span.steps.length === 1 && text[kernel]) || derivativeText(stage, span);
}

/** Where the derivative in the code was taken instead: it is that of the same function at another value. */
function atOther(
  stage: Stage,
  operation: Operation,
  input: string,
  span: Span,
): string | undefined {
  const maker = stage.makerOf(operation.inputs[input]);
  if (span.steps.length > 1 || !maker) return undefined;
  const { kernel } = stage.scene.forward[span.steps[0]];
  const seen = new Set<Operation>();
  const leavesOf = (op: Operation): Value[] => {
    if (seen.has(op) || seen.size > 6) return [];
    seen.add(op);
    return Object.values(op.inputs).flatMap((value) => {
      const made = stage.indexOf(value) !== undefined ? stage.makerOf(value) : undefined;
      return made ? leavesOf(made) : value.values.length > 1 ? [value] : [];
    });
  };
  const at = [...new Set(leavesOf(maker))];
  const kernels = [...seen].map((op) => op.kernel);
  const isSame =
    kernel === 'Sigmoid'
      ? kernels.includes('Sigmoid') || kernels.includes('Sub')
      : kernel === 'Softplus'
        ? kernels.length === 1 && kernels[0] === 'Sigmoid'
        : kernel === 'Tanh'
          ? kernels.includes('Square') || kernels.includes('Multiply') || kernels.includes('Tanh')
          : kernels.includes(kernel);
  if (at.length !== 1 || at[0] === span.from || !isSame) return undefined;
  // The output may stand for itself: 1 - A² is the derivative at Z.
  if (at[0] === span.to && kernel === 'Tanh') return undefined;
  return short(stage.nameOf(at[0]) ?? '');
}

// Operations

function sayDrop(site: Site, { keep, dropped }: { keep: string; dropped?: string }): Change2 {
  const { stage, operation, subject, call } = site;
  const kept = argumentText(stage, site, keep) ?? 'its operand';
  const out = dropped && argumentText(stage, site, dropped);
  const { kernel } = operation;
  if (/^(ZerosLike|OnesLike)$/.test(kernel)) {
    const all = kernel === 'ZerosLike' ? 'zero everywhere' : 'one everywhere';
    return {
      id: kernel === 'ZerosLike' ? 'zero' : 'mask-missing',
      sentence: `${subject} is ${all}: ${kept} itself belongs there; ${kernel === 'OnesLike' ? `the mask ${kept} is left out` : 'it was not computed'}`,
      write: kept,
    };
  }
  const span = dropped && derivativeLike(stage, operation.inputs[dropped]);
  if (span) {
    return {
      id: 'derivative-twice',
      sentence: `${subject} has the derivative of ${functionOf(stage, span)}, ${short(out ?? '')}, once too often: it does not belong there`,
      write: kept,
    };
  }
  const verbs: Readonly<Record<string, string>> = {
    Multiply: 'multiplied by',
    RealDiv: 'divided by',
    Add: 'given the term',
    Sub: 'lessened by',
  };
  if (out && verbs[kernel]) {
    return {
      id: 'factor-twice',
      sentence: `${subject} is ${verbs[kernel]} ${short(out)} once too often: ${short(kept)} alone belongs there`,
      write: kept,
    };
  }
  const names: Readonly<Record<string, string>> = { Reverse: 'flipped' };
  return {
    id: 'operation-extra',
    sentence: `${subject} is ${names[kernel] ?? `given another ${kernel.toLowerCase()}`} where ${short(kept)} itself belongs: \`${short(call)}\` should not be there`,
    write: kept,
  };
}

/** The span whose derivative a value is, if it is one. */
function derivativeLike(stage: Stage, value: NdArray): Span | undefined {
  for (const [key, spans] of stage.spans()) {
    const own = stage.derivative(key, 0);
    if (!own || own.values.length !== value.values.length) continue;
    if (own.values.every((v, i) => Math.abs(v - value.values[i]) < 1e-12)) return spans[0];
  }
  return undefined;
}

function sayFlags(site: Site, change: Extract<Change, { kind: 'flags' }>): Change2 {
  const { stage, operation, subject } = site;
  const { attrs } = operation;
  const [a, b] = [
    argumentText(stage, site, 'a') ?? 'the first',
    argumentText(stage, site, 'b') ?? 'the second',
  ].map(short);
  const flips = [
    ...(Boolean(attrs.transposeA) !== change.transposeA ? [[a, change.transposeA] as const] : []),
    ...(Boolean(attrs.transposeB) !== change.transposeB ? [[b, change.transposeB] as const] : []),
  ];
  const [x, y] = change.swap ? [b, a] : [a, b];
  const write = `tf.matMul(${x}, ${y}, ${change.transposeA}, ${change.transposeB})`;
  if (change.swap)
    return {
      id: 'order-swapped',
      sentence: `${subject} multiplies in the wrong order: ${x}${change.transposeA ? 'ᵀ' : ''} ${y}${change.transposeB ? 'ᵀ' : ''} belongs there`,
      write,
    };
  const parts = flips.map(([name, to]) =>
    to
      ? `${name} where its transpose ${name}ᵀ belongs: ${name} is not transposed`
      : `${name}ᵀ where ${name} itself belongs: ${name} is transposed`,
  );
  return { id: 'transposed', sentence: `${subject} uses ${parts.join(', and ')}`, write };
}

function sayKernel(site: Site, kernel: string): Change2 {
  const { stage, operation, subject, call, expression } = site;
  const own = operation.kernel;
  const args = expression?.args.join(', ');
  if (own === 'Mean' && kernel === 'Sum') {
    const axes = [
      operation.attrs.axis ?? operation.attrs.reductionIndices ?? [],
    ].flat() as number[];
    return {
      id: 'mean-twice',
      sentence: `${subject} is the mean over ${axesIn(stage, operation.inputs.x, axes)} where the sum belongs: 1/${number(operation.inputs.x.values.length / operation.outputs[0].values.length)} is there once too often`,
      ...(args && { write: `tf.sum(${args})` }),
    };
  }
  if (own === 'Sum' && kernel === 'Mean') {
    const axes = [
      operation.attrs.axis ?? operation.attrs.reductionIndices ?? [],
    ].flat() as number[];
    return {
      id: 'mean-missing',
      sentence: `${subject} is the sum over ${axesIn(stage, operation.inputs.x, axes)} where the mean belongs: the 1/${number(operation.inputs.x.values.length / operation.outputs[0].values.length)} is missing`,
      ...(args && { write: `tf.mean(${args})` }),
    };
  }
  if (own === 'Multiply' && kernel === 'BatchMatMul')
    return {
      id: 'elementwise-product',
      sentence: `${subject} is an element-wise product where a matrix product belongs`,
      ...(args && { write: `tf.matMul(${args})` }),
    };
  if (own === 'BatchMatMul' && kernel === 'Multiply')
    return {
      id: 'matrix-product',
      sentence: `${subject} is a matrix product where an element-wise product belongs`,
      ...(args && { write: `tf.mul(${args})` }),
    };
  const words: Readonly<Record<string, string>> = {
    Add: 'a sum',
    Sub: 'a difference',
    Multiply: 'a product',
    RealDiv: 'a quotient',
  };
  const sign = /^(Add|Sub)$/.test(own)
    ? `; the sign of ${short(argumentText(stage, site, 'b') ?? 'its second term')} is wrong`
    : '';
  void call;
  return {
    id: 'wrong-operation',
    sentence: `${subject} is ${words[own] ?? own} where ${words[kernel] ?? kernel} belongs${sign}`,
  };
}

// Slips

export function sayMutation(stage: Stage, { slips }: Mutation, wrong: readonly string[]): Said {
  const sentences = slips.map((slip) => saySlip(stage, slip, wrong));
  const first = sentences[0];
  if (slips.length === 2 && slips.every(({ kind }) => kind === 'cut')) {
    const paths = slips.map((slip) => pathOf(stage, slip as Extract<Slip, { kind: 'cut' }>));
    return {
      id: 'path-missing',
      sentence: `${list(wrong)} ${wrong.length === 1 ? 'lacks' : 'lack'} the paths through ${list(paths)}: both are taken for constants.`,
    };
  }
  return { id: first.id, sentence: sentences.map(({ sentence }) => `${sentence}.`).join(' ') };
}

function saySlip(stage: Stage, slip: Slip, wrong: readonly string[]): Change2 {
  const group = stage.forwardGroups.find(({ key }) => key === slip.key)!;
  const operation = stage.scene.forward[group.at[0]];
  const text = `\`${short(stage.textOf(operation) ?? operation.kernel)}\``;
  const fn = operation.kernel.toLowerCase();
  const name = (value: Value) => short(stage.nameOf(value) ?? 'its input');
  const x = name(
    operation.inputs[('input' in slip && slip.input) || Object.keys(operation.inputs)[0]],
  );
  const y = name(operation.outputs[0]);
  const where = list(wrong);
  const lacks = wrong.length === 1 ? 'lacks' : 'lack';
  switch (slip.kind) {
    case 'cut':
      return {
        id: 'path-missing',
        sentence: `${where} ${lacks} the path through ${pathOf(stage, slip)}: what ${bare(y)} gives to the gradient of ${x} is missing`,
      };
    case 'unfactored': {
      const other = name(
        Object.entries(operation.inputs).find(([input]) => input !== slip.input)![1],
      );
      const factor =
        operation.kernel === 'RealDiv'
          ? `1/${bare(other)}: the division by ${other}`
          : `${other}: the product with ${other}`;
      return {
        id: 'factor-missing',
        sentence: `${where} ${lacks} the factor ${factor} in ${text} is missing where the gradient passes through it to ${x}`,
      };
    }
    case 'softmax-diagonal':
      return {
        id: 'softmax-diagonal',
        sentence: `${where}: the softmax ${text} is differentiated element by element, as if its Jacobian were diagonal: the sum over the row is missing`,
      };
    case 'unmoved':
      if (/^(Multiply|RealDiv)$/.test(operation.kernel)) {
        const other = Object.entries(operation.inputs).find(
          ([, value]) => value.values.length === 1,
        );
        const factor = other
          ? scalarName(stage, short(stage.nameOf(other[1]) ?? ''), other[1])
          : 'its factor';
        return {
          id: 'factor-missing',
          sentence: `${where} ${lacks} the factor ${operation.kernel === 'RealDiv' ? '1/' : ''}${factor} of ${text} in the forward pass: it is missing in the backward pass`,
        };
      }
      return {
        id: 'derivative-missing',
        sentence: `${where} ${lacks} the derivative of ${fn}, ${text}: the gradient of ${bare(y)} is passed on to ${x} as it is`,
      };
    case 'twice':
      return {
        id: 'derivative-twice',
        sentence: `${where}: the derivative of ${fn}, ${text}, is there twice`,
      };
    case 'at-output':
      return {
        id: 'derivative-at',
        sentence: `${where}: the derivative of ${fn} is taken at ${bare(y)} where ${x} belongs`,
      };
    case 'of-input':
      return {
        id: 'derivative-at',
        sentence: `${where}: ${x} stands in the derivative of ${fn} where ${bare(y)} belongs`,
      };
    case 'diagonal':
      return {
        id: 'softmax-diagonal',
        sentence: `${where}: the ${fn} is differentiated element by element, as if its Jacobian were diagonal: the sum over the row is missing`,
      };
    case 'own-sum':
      return {
        id: 'softmax-sum',
        sentence: `${where}: in the derivative of the ${fn} the sum over the row is missing`,
      };
    case 'times': {
      const said = sayFactor(
        { stage, operation, index: 0, subject: `The gradient of ${x} in ${text}`, call: '' },
        inverseOf(slip.factor),
      );
      return { id: said.id, sentence: said.sentence };
    }
    case 'transposed':
      return {
        id: 'transposed',
        sentence: `${where}: the gradient of ${x} in ${text} is not transposed`,
      };
    case 'overwritten':
      return {
        id: 'not-accumulated',
        sentence: `${where}: what ${text} gives to ${x} is overwritten in each of the ${group.at.length} iterations: = where += belongs, the ${slip.keeps === 'last' ? 'last' : 'first'} one alone counts`,
      };
    case 'one-sample':
      return {
        id: 'not-accumulated',
        sentence: `${where}: what ${text} gives to ${x} is that of the ${slip.keeps === 'last row' ? 'last place' : `${slip.keeps} sample`} alone: it is overwritten, = where += belongs`,
      };
    case 'everywhere':
      return {
        id: 'mask-missing',
        sentence: `${where}: the gradient of ${bare(y)} goes to every element, not to the ${fn === 'max' ? 'maximum' : 'minimum'} alone: the mask of ${text} is missing`,
      };
    case 'evenly':
      return {
        id: 'mask-missing',
        sentence: `${where}: the gradient of ${bare(y)} is shared evenly, as of a mean, where it goes to the ${fn === 'max' ? 'maximum' : 'minimum'} alone: the mask of ${text} is missing`,
      };
    case 'rows':
      return {
        id: 'not-accumulated',
        sentence: `${where}: a row of ${x} that ${text} looks up more than once is overwritten: = where += belongs, so that the last one alone counts`,
      };
    case 'epsilon': {
      const value = operation.inputs[slip.input].values[0];
      return {
        id: 'epsilon-ignored',
        sentence: `${where} ${wrong.length === 1 ? 'is' : 'are'} the gradient of a cost without the small constant ${number(value)} in ${text}: it is left out in the backward pass`,
      };
    }
  }
}

const inverseOf = (factor: Factor): Factor => ({
  ...factor,
  name:
    factor.kind === 'sign' || factor.kind === 'number'
      ? factor.name
      : factor.below
        ? under(factor)
        : `1/${brackets(factor.name)}`,
  below: !factor.below,
  value: (stage) => {
    const value = factor.value(stage);
    return value === undefined ? undefined : 1 / value;
  },
});

/** the mean `tf.mean(x, 0)`, the variance `tf.square(xc)` … */
function pathOf(stage: Stage, { key }: Extract<Slip, { kind: 'cut' }>): string {
  const group = stage.forwardGroups.find((group) => group.key === key)!;
  const operation = stage.scene.forward[group.at[0]];
  const text = `\`${short(stage.textOf(operation) ?? operation.kernel)}\``;
  const users = stage.scene.forward.filter(({ inputs }) =>
    Object.values(inputs).includes(operation.outputs[0]),
  );
  const isSquare =
    operation.kernel === 'Square' ||
    (operation.kernel === 'Multiply' && operation.inputs.a === operation.inputs.b);
  if (isSquare && users.some(({ kernel }) => /^(Mean|Sum)$/.test(kernel)))
    return `the variance, ${text}`;
  const kinds: Readonly<Record<string, string>> = { Mean: 'the mean, ', Sum: 'the sum, ' };
  const steps = group.at.length > 1 ? ', in each iteration' : '';
  return `${kinds[operation.kernel] ?? ''}${text}${steps}`;
}

// Names

function nameOfReference(stage: Stage, reference: Reference, n: number): string {
  const value = reference.pick(stage, n - 1, n) ?? reference.pick(stage, 0, n);
  const own =
    value &&
    (stage.nameOf(value as Value) ??
      (value.values.length === 1 ? number(value.values[0]) : undefined));
  if (n > 1) {
    // In a loop what it is called there, hs[t], says more than where it stands at one time.
    const [, key, input] = /^forward (.*) < (\S+) /.exec(reference.key) ?? [];
    const group = stage.forwardGroups.find((group) => group.key === key);
    const operation = group && stage.scene.forward[group.at[0]];
    const position = operation ? Object.keys(operation.inputs).indexOf(input) : -1;
    const text = operation && stage.argumentAt(operation, position);
    if (text) return short(text);
  }
  return short(own ?? 'another value');
}

/** Of a value of a loop that belongs to another iteration. */
function stepBefore({ key }: Reference, n: number): string {
  // A name such as hs[t] tells the step itself.
  if (n > 1 && /^forward .* < /.test(key)) return '';
  return / [+-] 1$/.test(key) ? ' of the step next to it' : '';
}

function scalarName(stage: Stage, name: string, value: NdArray): string {
  void stage;
  const of = number(value.values[0]);
  const root = value.values[0] ** -2;
  const isRoot = Number.isInteger(Number(root.toPrecision(9))) && root > 1.5;
  const meaning = isRoot ? ` = 1/sqrt(${Number(root.toPrecision(9))})` : '';
  return name && name !== of && /^[\w$.]+$/.test(name)
    ? `${name} = ${of}${meaning}`
    : `${of}${meaning}`;
}

const sameUpTo = (a: NdArray, b: NdArray) => {
  const ratio = b.values[0] / a.values[0];
  return (
    a.values.length === b.values.length &&
    a.values.every((v, i) => Math.abs(v * ratio - b.values[i]) <= 1e-9 * Math.abs(b.values[i]))
  );
};

/** , which goes on through `tf.relu(z1)` */
function usesOf(stage: Stage, value: Value | undefined): string {
  const texts = stage.scene.forward.flatMap((operation) =>
    value && Object.values(operation.inputs).includes(value)
      ? [`\`${short(stage.textOf(operation) ?? operation.kernel)}\``]
      : [],
  );
  return texts.length > 0 ? `, through ${list([...new Set(texts)].slice(0, 3))}` : '';
}

const argumentOf = (site: Site, input: string) =>
  short(argumentText(site.stage, site, input) ?? input);

/** The text of an argument of the call, by the kernel's name for it. */
function argumentText(
  stage: Stage,
  { operation, expression }: Site,
  input: string,
): string | undefined {
  const value = operation.inputs[input];
  const position = Object.keys(operation.inputs).indexOf(input);
  const isFunction = expression && /^(tf|np|this\.tf)\./.test(expression.text);
  if (isFunction && expression.args[position] !== undefined) return expression.args[position];
  return stage.nameOf(value) ?? (value.values.length === 1 ? number(value.values[0]) : undefined);
}

const subjectOnly = ({ subject }: Site) => subject;

function writtenOf({ expression, place, subject }: Site, write: string): string {
  if (!expression) return `${place ?? subject} = ${write}`;
  const { statement, text, line } = expression;
  const whole = statement.includes(text)
    ? statement.replace(text, () => write)
    : `${expression.target ?? expression.within ?? ''} = ${write}`;
  return `line ${line}: ${whole}`;
}

const replaceFirst = (text: string, from: string, to: string) => text.replace(from, () => to);

const short = (text: string) =>
  (text.length > 72 ? `${text.slice(0, 69)}...` : text).replace(/\s+/g, ' ');

const bare = (text: string) => (/^[\w$.[\]()]+$/.test(text) ? text : `(${text})`);
const brackets = (name: string) => (/[ /]/.test(name) ? `(${name})` : name);

const number = (value: number) => String(Number(value.toPrecision(6)));

function fraction(value: number): string | undefined {
  const inverse = 1 / value;
  return Number.isInteger(inverse) && Math.abs(inverse) > 1 ? `1/${inverse}` : undefined;
}

function reciprocal(value: number): string {
  const inverse = Number((1 / value).toPrecision(9));
  return Number.isInteger(inverse) && Math.abs(inverse) > 1 ? ` = 1/${inverse}` : '';
}
