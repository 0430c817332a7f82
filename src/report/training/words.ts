import { shortNumber } from '../charts.js';

/** A share from 0 to 1, as one reads it. */
export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** A score whose third decimal is the last that says something. */
export const score = (value: number): string => value.toFixed(3);

/** A number of the data, in four digits; a long one as 1.234e+8. */
export function inDigits(value: number): string {
  const size = Math.abs(value);
  return size >= 1e7 || (size > 0 && size < 1e-4) ? value.toExponential(3) : shortNumber(value);
}

/** 1 sample, 2 samples. */
export const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** A name as long as there is place for. */
export const cut = (name: string, most: number): string => {
  const letters = [...name];
  return letters.length <= most ? name : `${letters.slice(0, most - 1).join('')}…`;
};
