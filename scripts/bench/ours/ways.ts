import { automatic } from '../../../src/training/automatic.js';
import {
  compiled,
  compiledInSampleSpace,
  inSampleSpace,
  plain,
} from '../../../src/training/plans/index.js';
import { modelFit } from './modelFit.js';
import { byPlan } from './plans.js';
import { variableGrads } from './variableGrads.js';
import type { Way } from './way.js';

/** After so many steps W1 is put together again: a turn has them all. */
const row = 100;

/** By the names that entrants.ts has. */
export const ways: Readonly<Record<string, Way>> = {
  'ours plain': byPlan(plain),
  variableGrads,
  'model.fit': modelFit,
  'ours compiled': byPlan(compiled),
  'ours in sample space': byPlan(inSampleSpace, row),
  'ours compiled in sample space': byPlan(compiledInSampleSpace, row),
  'ours planned': { ...byPlan(automatic, row), asPeopleHaveIt: true },
};
