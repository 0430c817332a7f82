import { type Block, warning } from '../blocks.js';
import { type JudgedPart, ofClasses, ofNumbers } from './judged.js';
import { count, inDigits, percent, score } from './words.js';

/** The score of a part in a line: `97.17 % of 360 samples`. */
export function headlineOf(part: JudgedPart): readonly [name: string, value: string] {
  const samples = count(part.set.m, 'sample');
  if (ofClasses(part)) {
    return [`${part.name} set`, `${percent(part.judgement.metrics.accuracy)} of ${samples}`];
  }
  const { r2, rmse } = ofNumbers(part)
    ? part.judgement.metrics.average
    : { r2: undefined, rmse: 0 };
  return [
    `${part.name} set`,
    `${r2 === undefined ? `error ${inDigits(rmse)}` : `R² ${score(r2)}`} of ${samples}`,
  ];
}

export const warningsOf = (warnings: readonly string[]): Block[] => warnings.map(warning);
