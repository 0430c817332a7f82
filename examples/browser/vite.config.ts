import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The built package under its name; a project that has installed handgrad needs none of this. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  resolve: {
    alias: { handgrad: fileURLToPath(new URL('../../dist/index.js', import.meta.url)) },
  },
  build: { target: 'es2023' },
});
