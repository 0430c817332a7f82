/*
 * The functions of the course notes, under the names that the notes give them: a namespace for each of
 * their chapters.
 */

export { accuracy } from './accuracy.js';
export * as activations from './activations.js';
export * as buildingBlocks from './buildingBlocks.js';
export * as catModels from './catModels.js';
export * as logisticRegression from './logisticRegression.js';
export * as losses from './losses.js';
export * as multiclass from './multiclass.js';
export { nudge } from './nudge.js';
export * as planarNetwork from './planarNetwork.js';
export * as vectorization from './vectorization.js';
