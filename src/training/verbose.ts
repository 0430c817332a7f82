import { ValueError } from '../core/errors.js';
import { inWords } from '../core/options.js';
import type { Callbacks } from './callbacks.js';
import type { FitOptions } from './fitOptions.js';

/** Prints a line for each epoch with what is recorded of it. @throws ValueError */
export function printing(verbose: FitOptions['verbose'], epochs?: number): Callbacks[] {
  if (verbose === undefined || verbose === 0 || verbose === false) return [];
  if (verbose !== 1 && verbose !== 2 && verbose !== true) {
    throw new ValueError(`fit: verbose is ${inWords(verbose)}; give 0, 1 or 2.`);
  }
  const of = epochs === undefined ? '' : `/${epochs}`;
  return [
    {
      onEpochEnd: (epoch, logs = {}) => {
        const { loss, val_loss, ...shown } = logs;
        const numbers = Object.entries(shown).map(([name, value]) => `${name} ${value.toFixed(4)}`);
        if (numbers.length > 0) console.log(`Epoch ${epoch + 1}${of}: ${numbers.join(', ')}`);
      },
    },
  ];
}
