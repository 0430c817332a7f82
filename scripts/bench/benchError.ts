import { HandgradError } from '../../src/core/errors.js';

/** The bench cannot go on: contestants that disagree, a process that broke, a set-up that failed. */
export class BenchError extends HandgradError {}
