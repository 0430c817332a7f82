import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { head } from './build/head.js';
import { models } from './build/models.js';
import { room } from './build/room.js';
import { asScript, sources } from './build/sources.js';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Static files that work in any folder of any host: nothing in them names an address. */
export default defineConfig({
  root: at('.'),
  base: './',
  plugins: [sources(), head(), models(at('../models')), room(at('check/room.ts'))],
  resolve: {
    alias: [
      // The oracle asks for all of TensorFlow.js, whose layers, data and converter no page needs.
      { find: /^@tensorflow\/tfjs$/, replacement: at('shared/tensorflow.ts') },
      // In Node it is read from its package.
      { find: /^\.\/jpegWasm\.js$/, replacement: at('shared/jpegWasm.ts') },
    ],
  },
  build: {
    target: 'es2023',
    outDir: 'dist',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: [
        at('index.html'),
        at('classify/index.html'),
        at('playground/index.html'),
        at('check/index.html'),
      ],
    },
  },
  worker: { format: 'es', plugins: () => [sources(), asScript()] },
});
