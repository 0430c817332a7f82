import type { Activation } from '../../src/core/activation.js';
import { denseLayersOf } from '../../src/core/layers/dense.js';
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
  return [
    { title: 'Forward', lines: forwardLines(network, l) },
    { title: 'Backward', lines: [dZLine(network, l), ...gradientLines(l)] },
    { title: 'Update', lines: [updateLine('W', l), updateLine('b', l)] },
  ];
}

const whole = (of: Quantity, name: string, layer: number): Term => ({ of, name, layer });
const sample = (of: Quantity, name: string, layer: number): Term => ({
  ...whole(of, name, layer),
  sample: true,
});

/** A name in TeX, with its layer above: W^{[1]}. */
const at = (name: string, layer: number) => `${name}^{[${layer}]}`;

const inputOf = (l: number) => sample('APrev', l === 1 ? 'X' : 'A', l - 1);

function forwardLines({ layers, loss }: Network, l: number): Line[] {
  const { activation } = denseLayersOf(layers)[l - 1];
  const Z = sample('Z', 'Z', l);
  const linear: Line = {
    tex: `${at('Z', l)} = ${at('W', l)} ${l === 1 ? 'X' : at('A', l - 1)} + ${at('b', l)}`,
    terms: [Z, '=', whole('W', 'W', l), inputOf(l), '+', whole('b', 'b', l)],
    by: 'linearForward',
  };
  const activated: Line = {
    tex: `${at('A', l)} = \\operatorname{${activation.name}}(${at('Z', l)})`,
    terms: [sample('A', 'A', l), `= ${activation.name}`, Z],
    by: `${activation.name}.forward`,
  };
  if (l < layers.length) return [linear, activated];
  return [
    linear,
    activated,
    { tex: costs[loss.name], terms: [], by: `${loss.name}.fused.forward` },
  ];
}

function dZLine({ layers, loss }: Network, l: number): Line {
  const { activation } = denseLayersOf(layers)[l - 1];
  const dZ = sample('dZ', 'dZ', l);
  if (l === layers.length) {
    return {
      tex: `${at('dZ', l)} = ${at('A', l)} - Y`,
      terms: [dZ, '=', sample('A', 'A', l), '−', sample('Y', 'Y', l)],
      by: `${loss.name}.fused.backward`,
    };
  }
  return {
    tex: `${at('dZ', l)} = ${at('dA', l)} \\circ ${slopeOf(activation, l)}`,
    terms: [dZ, '=', sample('dA', 'dA', l), '∘', sample('slope', 'g′', l)],
    by: `${activation.name}.backward`,
  };
}

/** dW, db, and dA of the layer before; dX is not computed. */
function gradientLines(l: number): Line[] {
  const dZ = sample('dZ', 'dZ', l);
  const dW: Line = {
    tex: `${at('dW', l)} = \\frac{1}{m} ${at('dZ', l)} ${l === 1 ? 'X^{\\top}' : `A^{[${l - 1}]\\top}`}`,
    terms: [whole('dW', 'dW', l), '= 1/m ( … +', dZ, { ...inputOf(l), transposed: true }, '+ … )'],
    by: 'linearBackward',
  };
  const db: Line = {
    tex: `${at('db', l)} = \\frac{1}{m} \\sum_{i=1}^{m} dZ^{[${l}](i)}`,
    terms: [whole('db', 'db', l), '= 1/m ( … +', dZ, '+ … )'],
    by: 'linearBackward',
  };
  if (l === 1) return [dW, db];
  const dAPrev: Line = {
    tex: `${at('dA', l - 1)} = W^{[${l}]\\top} ${at('dZ', l)}`,
    terms: [sample('dAPrev', 'dA', l - 1), '=', { ...whole('W', 'W', l), transposed: true }, dZ],
    by: 'linearBackward',
  };
  return [dW, db, dAPrev];
}

const updateLine = (name: 'W' | 'b', l: number): Line => ({
  tex: `${at(name, l)} \\coloneqq ${at(name, l)} - \\alpha \\, ${at(`d${name}`, l)}`,
  terms: [
    whole(`${name}Next`, name, l),
    ':=',
    whole(name, name, l),
    '− α',
    whole(`d${name}`, `d${name}`, l),
  ],
  by: 'gradientDescent',
});

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
