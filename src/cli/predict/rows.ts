import * as tf from '@tensorflow/tfjs-core';
import { forward, headOf, type Network } from '../../core/network.js';
import type { Params } from '../../core/tensors.js';
import { readInputs } from '../../data/inputsOnly.js';
import { inputsOf } from '../../data/prepare.js';
import { readRows, type TableForm } from '../../data/readRows.js';
import { inMemory, type SampleSet } from '../../data/sampleSet.js';
import type { Card } from '../../export/card.js';
import { joined, onHost } from '../../training/evaluation.js';
import { samplesAtOnce } from '../../training/step.js';
import { scalingOf, trainedAs } from '../modelForm.js';
import { warn } from '../terminal.js';

/** What a model says of a row or a sample. */
export interface RowPrediction {
  readonly sample: string;
  /** The class, or the number; of several numbers one each. */
  readonly prediction: string | number | Readonly<Record<string, number>>;
  /** By class. */
  readonly probabilities?: Readonly<Record<string, number>>;
}

/** A model's answers to the rows of a table, or the samples of an array. @throws DataError */
export async function predictRows(
  path: string,
  { network, params, card }: { network: Network; params: Params; card?: Card },
  folder: string,
): Promise<RowPrediction[]> {
  const { input, shape, targets } = trainedAs(network, card, folder);
  const set = input.kind === 'table' ? await rowsOf(path, input) : await readInputs(path, shape);
  const outputs = outputsOf(set, network, params, card!);
  const n = outputs.length / set.m;
  return Array.from({ length: set.m }, (_, i) => {
    const row = Array.from(outputs.subarray(i * n, (i + 1) * n));
    const sample = set.origin(i);
    if (targets.kind === 'numbers') {
      const named = Object.fromEntries(targets.names.map((name, k) => [name, row[k]]));
      return { sample, prediction: targets.names.length === 1 ? row[0] : named };
    }
    const isBinary = headOf(network).units === 1;
    const p = isBinary ? [1 - row[0], row[0]] : row;
    const best = p.reduce((best, value, k) => (value > p[best] ? k : best), 0);
    const probabilities = Object.fromEntries(targets.classes.map((name, k) => [name, p[k]]));
    return { sample, prediction: targets.classes[best], probabilities };
  });
}

async function rowsOf(path: string, input: TableForm): Promise<SampleSet> {
  const { values, shape, origin, notes } = await readRows(path, input);
  for (const note of notes) warn(note);
  const targets = { kind: 'numbers', values: new Float64Array(0), names: [] } as const;
  return inMemory(values, { shape, targets, origin });
}

/** Sample after sample, in parts that fit in memory. */
function outputsOf(set: SampleSet, network: Network, params: Params, card: Card): Float32Array {
  const size = Math.min(4096, samplesAtOnce(network));
  const flat = network.input.length === 1;
  const parts: Float32Array[] = [];
  for (let from = 0; from < set.m; from += size) {
    const indices = Int32Array.from({ length: Math.min(size, set.m - from) }, (_, j) => from + j);
    const X = inputsOf(set, { scaling: scalingOf(card), flat }, indices);
    parts.push(tf.tidy(() => onHost(forward(network, params, X).AL)));
    X.dispose();
  }
  return joined(parts);
}

/** The answers as CSV: the sample, the answer, and the probability of each class. */
export function predictionsCsv(predictions: readonly RowPrediction[]): string {
  const [first] = predictions;
  if (!first) return '';
  const classes = Object.keys(first.probabilities ?? {});
  const numbers = typeof first.prediction === 'object' ? Object.keys(first.prediction) : undefined;
  const head = ['sample', ...(numbers ?? ['prediction']), ...classes.map((name) => `p(${name})`)];
  const rows = predictions.map(({ sample, prediction, probabilities }) => [
    sample,
    ...(typeof prediction === 'object' ? Object.values(prediction) : [prediction]).map(inDigits),
    ...classes.map((name) => Number(probabilities![name].toFixed(6))),
  ]);
  return [head, ...rows]
    .map((row) => row.map((cell) => csvCell(String(cell))).join(','))
    .join('\n');
}

/** As many digits as float32 has. */
const inDigits = (value: string | number) =>
  typeof value === 'number' ? Number(value.toPrecision(7)) : value;

/** Quoted where it must be. Source: RFC 4180. */
const csvCell = (text: string) =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
