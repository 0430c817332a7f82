import type { Activation } from '../../src/core/activations.js';
import type { Network } from '../../src/core/network.js';
import type { Inside, Quantity } from './layerInside.js';

/** A matrix in a line of numbers: whole, or of the sample that is picked. */
export interface Term {
  readonly of: Quantity;
  /** As the course writes it: W, dZ. */
  readonly name: string;
  /** The layer that it belongs to. */
  readonly layer: number;
  readonly sample?: boolean;
  readonly transposed?: boolean;
}

/** An equation, and the same with the values that it holds now: matrices, and signs between them. */
export interface Line {
  readonly tex: string;
  readonly terms: readonly (Term | string)[];
  /** The function of core/ that computes it. */
  readonly by: string;
}

export interface Part {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** The equations of layer l = 1 … L. */
export function equationsOf(network: Network, l: number): readonly Part[] {
  const { layers, loss } = network;
  const { activation } = layers[l - 1];
  const isLast = l === layers.length;
  const whole = (of: Quantity, name: string, layer = l): Term => ({ of, name, layer });
  const sample = (of: Quantity, name: string, layer = l): Term => ({
    ...whole(of, name, layer),
    sample: true,
  });
  const W = whole('W', 'W');
  const b = whole('b', 'b');
  const Z = sample('Z', 'Z');
  const A = sample('A', 'A');
  const dZ = sample('dZ', 'dZ');
  const dW = whole('dW', 'dW');
  const db = whole('db', 'db');
  const APrev = sample('APrev', l === 1 ? 'X' : 'A', l - 1);
  const at = (name: string, layer = l) => `${name}^{[${layer}]}`;
  const before = l === 1 ? 'X' : at('A', l - 1);

  const forward: Line[] = [
    {
      tex: `${at('Z')} = ${at('W')} ${before} + ${at('b')}`,
      terms: [Z, '=', W, APrev, '+', b],
      by: 'linearForward',
    },
    {
      tex: `${at('A')} = \\operatorname{${activation.name}}(${at('Z')})`,
      terms: [A, `= ${activation.name}`, Z],
      by: `${activation.name}.forward`,
    },
  ];
  if (isLast) {
    forward.push({ tex: costs[loss.name], terms: [], by: `${loss.name}.fused.forward` });
  }
  const first: Line = isLast
    ? {
        tex: `${at('dZ')} = ${at('A')} - Y`,
        terms: [dZ, '=', A, '−', sample('Y', 'Y')],
        by: `${loss.name}.fused.backward`,
      }
    : {
        tex: `${at('dZ')} = ${at('dA')} \\circ ${slopeOf(activation, l)}`,
        terms: [dZ, '=', sample('dA', 'dA'), '∘', sample('slope', 'g′')],
        by: `${activation.name}.backward`,
      };
  const backward: Line[] = [
    first,
    {
      tex: `${at('dW')} = \\frac{1}{m} ${at('dZ')} ${l === 1 ? 'X^{\\top}' : `A^{[${l - 1}]\\top}`}`,
      terms: [dW, '= 1/m ( … +', dZ, { ...APrev, transposed: true }, '+ … )'],
      by: 'linearBackward',
    },
    {
      tex: `${at('db')} = \\frac{1}{m} \\sum_{i=1}^{m} dZ^{[${l}](i)}`,
      terms: [db, '= 1/m ( … +', dZ, '+ … )'],
      by: 'linearBackward',
    },
  ];
  if (l > 1) {
    backward.push({
      tex: `${at('dA', l - 1)} = W^{[${l}]\\top} ${at('dZ')}`,
      terms: [sample('dAPrev', 'dA', l - 1), '=', { ...W, transposed: true }, dZ],
      by: 'linearBackward',
    });
  }
  const update = (name: 'W' | 'b', P: Term, dP: Term): Line => ({
    tex: `${at(name)} \\coloneqq ${at(name)} - \\alpha \\, ${at(`d${name}`)}`,
    terms: [whole(`${name}Next`, name), ':=', P, '− α', dP],
    by: 'gradientDescent',
  });
  return [
    { title: 'Forward', lines: forward },
    { title: 'Backward', lines: backward },
    { title: 'Update', lines: [update('W', W, dW), update('b', b, db)] },
  ];
}

const costs: Readonly<Record<string, string>> = {
  binaryCrossEntropy: String.raw`J = -\frac{1}{m} \sum_{i=1}^{m} \left( y^{(i)} \log a^{[L](i)} + (1 - y^{(i)}) \log (1 - a^{[L](i)}) \right)`,
  categoricalCrossEntropy: String.raw`J = -\frac{1}{m} \sum_{i=1}^{m} \sum_{k} y_k^{(i)} \log a_k^{[L](i)}`,
};

/** g'(Z) of layer l, from the words in which the activation gives it. */
export function slopeOf({ derivative }: Activation, l: number): string {
  const tex = derivative
    .replace(
      /^\((.*) \? (.*) : (.*)\)$/,
      String.raw`\begin{cases} $2 & $1 \\ $3 & \text{else} \end{cases}`,
    )
    .replace(/^\((Z > 0)\)$/, '[$1]')
    .replaceAll('∘', '\\circ')
    .replace(/([AZ])²/g, '($1)^{2}')
    .replace(/\b([AZ])\b/g, `$1^{[${l}]}`);
  return tex;
}

/** The rows of a term, as they are shown: whole, the column of the sample, or turned over. */
export function rowsOf({ of, sample, transposed }: Term, inside: Inside, i: number): number[][] {
  const { values, shape } = inside[of]!;
  const [n, columns] = shape;
  const all = Array.from({ length: n }, (_, row) =>
    sample
      ? [values[row * columns + i]]
      : Array.from(values.subarray(row * columns, (row + 1) * columns)),
  );
  return transposed ? all[0].map((_, column) => all.map((row) => row[column])) : all;
}
