import type { SlipKind } from '../slip.js';
import { cut } from './cut.js';
import { atOutput, ofInput, twice } from './derivative.js';
import { epsilon } from './epsilon.js';
import { factor } from './factor.js';
import { mask } from './mask.js';
import { oneSample } from './oneSample.js';
import { overwritten } from './overwritten.js';
import { rows } from './rows.js';
import { softmaxDiagonal, softmaxSum } from './softmax.js';
import { transposed } from './transposed.js';
import { unfactored } from './unfactored.js';
import { unmoved } from './unmoved.js';

/** Every kind of slip. Of two that are equally likely the first in the list is tried first. */
export const slips: readonly SlipKind[] = [
  cut,
  factor,
  transposed,
  overwritten,
  epsilon,
  unmoved,
  twice,
  atOutput,
  ofInput,
  unfactored,
  softmaxDiagonal,
  softmaxSum,
  mask,
  oneSample,
  rows,
];
