import { axesOf, one, sameShape } from '../arrays.js';
import type { Call, ChangeKind, Proposal } from '../change.js';
import type { Dialect } from '../dialect.js';
import { argumentText, isFunction } from '../names.js';
import type { Words } from '../said.js';
import type { Site } from '../site.js';
import { axesIn } from '../sizes.js';
import { number, short } from '../text.js';

/** tf.sum for tf.mean, tf.sub for tf.add, …: another operation on the same operands. */
export const kernel: ChangeKind = {
  name: 'kernel',
  proposals: (call) => others(call).map(([cost, kernel]) => proposal(cost, kernel)),
};

function others({ operation: { kernel, inputs }, operands, y }: Call): [number, string][] {
  switch (kernel) {
    case 'Mean':
      return [[0.75, 'Sum']];
    case 'Sum':
      return [[0.95, 'Mean']];
    case 'BatchMatMul':
      return operands.length === 2 && sameShape(inputs.a, inputs.b) ? [[1.3, 'Multiply']] : [];
    case 'Multiply':
      return y.shape.length >= 2
        ? [
            [1.3, 'BatchMatMul'],
            [1.3, 'RealDiv'],
          ]
        : [[1.3, 'RealDiv']];
    case 'Add':
      return [[1.1, 'Sub']];
    case 'Sub':
      return [[1.1, 'Add']];
    case 'RealDiv':
      return [[1.3, 'Multiply']];
    default:
      return [];
  }
}

const proposal = (cost: number, kernel: string): Proposal => ({
  cost,
  change: {
    kind: 'kernel',
    signature: `kernel ${kernel}`,
    apply: ({ inputs, operation: { attrs } }) =>
      kernel === 'BatchMatMul'
        ? one(kernel, inputs, { transposeA: false, transposeB: false })
        : one(kernel, inputs, attrs),
    say: (site) => say(site, kernel),
  },
});

const words: Readonly<Record<string, string>> = {
  Add: 'a sum',
  Sub: 'a difference',
  Multiply: 'a product',
  RealDiv: 'a quotient',
};

function say(site: Site, kernel: string): Words {
  const { stage, operation, subject } = site;
  const own = operation.kernel;
  if (own === 'Mean' || own === 'Sum') return sayMean(site, own);
  const write = written(site, kernel);
  if (kernel === 'BatchMatMul') {
    const sentence = `${subject} is an element-wise product where a matrix product belongs`;
    return { id: 'elementwise-product', sentence, write };
  }
  if (own === 'BatchMatMul') {
    const sentence = `${subject} is a matrix product where an element-wise product belongs`;
    return { id: 'matrix-product', sentence, write };
  }
  const second = short(argumentText(stage, operation, 'b') ?? 'its second term');
  const sign = /^(Add|Sub)$/.test(own) ? `; the sign of ${second} is wrong` : '';
  const sentence = `${subject} is ${words[own] ?? own} where ${words[kernel] ?? kernel} belongs${sign}`;
  return { id: 'wrong-operation', sentence, write };
}

function sayMean(
  { stage, operation, subject, expression, dialect, call }: Site,
  own: string,
): Words {
  const { inputs, outputs, attrs } = operation;
  const over = axesOf(attrs);
  const mean = `1/${number(inputs.x.values.length / outputs[0].values.length)}`;
  const where =
    over.length === 0 || over.length === inputs.x.shape.length
      ? 'all elements'
      : axesIn(stage, inputs.x, over);
  const x = isFunction(call) ? expression?.args[0] : undefined;
  const to = own === 'Mean' ? 'Sum' : 'Mean';
  const write = x && dialect.reduce(to, x, over, Boolean(attrs.keepDims));
  return own === 'Mean'
    ? {
        id: 'mean-twice',
        sentence: `${subject} is the mean over ${where} where the sum belongs: ${mean} is there once too often`,
        write,
      }
    : {
        id: 'mean-missing',
        sentence: `${subject} is the sum over ${where} where the mean belongs: the ${mean} is missing`,
        write,
      };
}

function written({ expression, dialect, call }: Site, kernel: string): string | undefined {
  const [a, b] = expression?.args ?? [];
  if (!isFunction(call) || a === undefined || b === undefined) return undefined;
  return kernel === 'BatchMatMul'
    ? dialect.matMul(a, b, false, false)
    : dialect.binary(kernel as Parameters<Dialect['binary']>[0], a, b);
}
