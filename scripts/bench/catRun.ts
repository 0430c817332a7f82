// A full run of the cat network including setup: creating the network, compiling the step, K = XᵀX, 2,500
// iterations and a cost every 100. Each run uses a fresh process.

import { drawOnCats } from './catData.js';
import { deep } from './catShapes.js';
import {
  compiled,
  compiledInSampleSpace,
  type Entrant,
  inSampleSpace,
  named,
  namesOf,
  onEach,
  others,
  planned,
} from './entrants.js';
import { assertAgreement, lineUp, load, start } from './lineUp.js';
import { type Goal, ratiosOf } from './ratios.js';
import { type Timing, timing } from './takeTurns.js';
import { inFolder } from './taskFolder.js';
import type { Stage, Workload } from './workload.js';

const name = 'cat-run';

/** A contestant is run again until its runs have taken this long in total. */
const enoughMs = 5_000;

const isNative = ({ name }: Entrant) => name.includes(' native');
const entrants = [
  ...onEach('model.fit', compiled, inSampleSpace).filter(isNative),
  ...onEach(compiledInSampleSpace, planned),
  ...others,
];

const goals: readonly Goal[] = [
  {
    name: 'ours compiled in sample space / fastest of JAX, numpy, PyTorch, scikit-learn',
    of: named(compiledInSampleSpace),
    over: namesOf(others),
    target: 0.1,
  },
  {
    name: 'ours compiled in sample space / model.fit native',
    of: named(compiledInSampleSpace),
    over: ['model.fit native'],
    target: 0.05,
  },
  {
    name: 'ours planned / fastest of JAX, numpy, PyTorch, scikit-learn',
    of: named(planned),
    over: namesOf(others),
  },
];

/** The milliseconds of one run, or undefined if it was refused. */
const runOnce = (entrant: Entrant, folder: string, stage: Stage) =>
  lineUp([entrant], stage, async (processes) => {
    const [process] = await load(folder, processes, stage);
    if (!process) return undefined;
    const answer = await process.ask('whole', { iterations: stage.iterations });
    if ('ms' in answer) return answer.ms;
    stage.say(`${name}: ${entrant.name} is left out. ${answer.refused}`);
    return undefined;
  });

async function timeRuns(folder: string, stage: Stage): Promise<Record<string, Timing>> {
  const times = new Map<Entrant, number[]>(entrants.map((entrant) => [entrant, []]));
  for (let round = 0; round < stage.rounds; round++) {
    for (const [entrant, before] of times) {
      if (before.length < round || before.reduce((sum, ms) => sum + ms, 0) > enoughMs) continue;
      const ms = await runOnce(entrant, folder, stage);
      if (ms === undefined) continue;
      stage.say(`${name}: ${entrant.name} ${(ms / 1000).toFixed(2)} s`);
      before.push(ms);
    }
  }
  const ran = [...times].filter(([, list]) => list.length > 0);
  return Object.fromEntries(
    ran.map(([{ name }, list]) => [name, timing(list.map((ms) => ms / stage.iterations))]),
  );
}

export const catRun: Workload = {
  measure: async (stage) => {
    const { task, data } = await drawOnCats(deep);
    const timings = await inFolder(task, async (folder) => {
      await lineUp(entrants, stage, async (processes) => {
        const ready = await start(name, folder, processes, stage);
        await assertAgreement(name, task, [...ready.keys()], stage);
      });
      return timeRuns(folder, stage);
    });
    const title = `Cat network ${deep.sizes.join('-')}, full run of ${stage.iterations} iterations including setup, ${data}`;
    return [{ name, title, timings, run: stage.iterations }];
  },
  ratios: ([{ timings }]) => ratiosOf(name, goals, timings),
};
