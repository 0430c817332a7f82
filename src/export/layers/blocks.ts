import type { Config } from '../../core/layer.js';
import type { Words } from './words.js';

/*
 * Blocks have no words of their own: they are their layers, and an addition.
 */

export const sequential: Words = {
  branches: ({ layers }: Config) => [{ layers, prefix: '.' }],
};

export const residual: Words = {
  branches: ({ layers, shortcut }: Config) => [
    { layers, prefix: '.' },
    { layers: shortcut ?? [], prefix: '.s' },
  ],
};
