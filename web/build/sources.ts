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

/**
 * A worker of a frame without an origin is a script, which has no `import.meta`: what asks whether it lies in
 * a file gets the worker's address.
 */
export const asScript = (): Plugin => ({
  name: 'handgrad-as-script',
  transform: {
    filter: { id: /\/src\/[^?]*\.ts$/, code: 'import.meta.url' },
    handler: (code) => ({
      code: code.replaceAll('import.meta.url', 'self.location.href'),
      map: null,
    }),
  },
});
