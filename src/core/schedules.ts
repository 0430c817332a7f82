/*
 * Learning rates that change. Every function exported from this file returns a schedule.
 */

export type { Schedule } from './schedule.js';
export { constant } from './schedules/constant.js';
export { cosineDecay } from './schedules/cosineDecay.js';
export { exponentialDecay, stepDecay } from './schedules/exponentialDecay.js';
export { inverseTimeDecay } from './schedules/inverseTimeDecay.js';
export { piecewiseConstant } from './schedules/piecewiseConstant.js';
export { reduceOnPlateau } from './schedules/reduceOnPlateau.js';
export { warmUp } from './schedules/warmUp.js';
