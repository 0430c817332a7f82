/** Every plan: `plans.plain`, `plans.compiled` and so on. */
export { automatic } from './automatic.js';
export { compiled, compiledInSampleSpace, inSampleSpace, plain } from './plans/index.js';
