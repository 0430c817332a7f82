import type { Entry } from '../../../src/jobs/startChild.js';

export const sumChild = (folder: string): Entry => ({
  file: new URL('./child.ts', import.meta.url),
  args: [folder],
});
