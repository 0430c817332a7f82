import type { RecurrentOptions } from '../../src/core/layers/recurrent.js';
import type { LayerCase } from './layerGoldens.js';

/** A case's config without what is an input. */
export function recurrentOptionsOf({ initialState: _, ...options }: LayerCase['config']) {
  return options as unknown as RecurrentOptions;
}
