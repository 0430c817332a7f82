import type { Plugin } from 'vite';

/**
 * package.json says which of the compiled files act by being imported, so that bundlers may leave out all
 * others; of the sources, which the pages are made of, none is left out for that.
 */
export const sources = (): Plugin => ({
  name: 'handgrad-sources',
  transform: {
    filter: { id: /\/(src|web)\/[^?]*\.ts$/ },
    handler: () => ({ moduleSideEffects: true }),
  },
});
