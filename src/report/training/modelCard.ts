import type { InputForm } from '../../data/sampleSet.js';
import type { ClassMetrics } from '../../metrics/classMetrics.js';
import type { NumberMetrics } from '../../metrics/numberMetrics.js';
import { count } from './words.js';

/** What a network is worth on a part of the data. */
export interface CardResult {
  /** Such as `validation`. */
  readonly part: string;
  readonly metrics: ClassMetrics | NumberMetrics;
}

/** What the card of a model says. */
export interface ModelCard {
  readonly name: string;
  readonly data: {
    readonly name: string;
    readonly format: string;
    readonly files: readonly { readonly path: string; readonly sha256: string }[];
    /** What was decided about the data, a sentence each. */
    readonly notes: readonly string[];
  };
  readonly input: InputForm;
  /** Training first; the last one tells how good the model is. */
  readonly results: readonly CardResult[];
  /** How it was trained: layers, optimizer, epochs, seed. */
  readonly training: readonly (readonly [name: string, value: string | number])[];
  /** A command that uses the model. */
  readonly command: string;
  /** What else speaks against the model, in sentences. */
  readonly warnings: readonly string[];
}

export const areClasses = (metrics: ClassMetrics | NumberMetrics): metrics is ClassMetrics =>
  'confusion' in metrics;

export const lastOf = ({ results }: ModelCard): CardResult | undefined => results.at(-1);

/** What it is fed with, as an object of a sentence. */
export function inputOf(input: InputForm): string {
  if (input.kind === 'array') return 'rows of numbers';
  if (input.kind === 'pictures') {
    const { height, width, channels } = input;
    return `${channels === 1 ? 'grey' : 'colour'} pictures of ${height} x ${width} pixels`;
  }
  return `${count(input.columns.length, 'column')} of a table`;
}
