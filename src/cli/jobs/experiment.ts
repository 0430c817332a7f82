import { JobError } from '../../core/errors.js';
import { type Pictures, runExperiment } from '../../course/experiment.js';
import type { JobKind } from '../../jobs/kind.js';
import type { Store } from '../../jobs/store.js';
import { useBackend } from '../../runtime/backends.js';
import {
  type ExperimentProgress,
  type ExperimentResult,
  type ExperimentTask,
  experimentProgressFrom,
  experimentResultFrom,
  experimentTaskFrom,
  type PicturesTask,
} from './experimentTask.js';
import { processOf } from './fingerprintKind.js';
import { manifestOf } from './trial.js';

/** The kind of job of `course`: an experiment. `at` brings the pictures of those that ask for some. */
export const experimentKind = (
  at: (pictures: PicturesTask, store: Store) => Promise<Pictures>,
): JobKind<ExperimentTask, ExperimentResult, ExperimentProgress> => ({
  name: 'experiment',
  assertTask: experimentTaskFrom,
  assertResult: experimentResultFrom,
  assertProgress: experimentProgressFrom,
  needs: ({ pictures }) => ({
    blobs: pictures?.own ? [pictures.own.bytes] : [],
    manifests: manifestOf(pictures?.data),
  }),
  gives: ({ blocks }) => [blocks],
  title: ({ name }) => name,
  process: ({ backend }) => processOf(backend),

  async run({ name, backend, pictures: asked }, { store, signal, progress }) {
    // Here, as they bring the charts, which no other kind of job needs.
    const { experiments } = await import('../../course/experiments/index.js');
    const experiment = experiments.find((one) => one.name === name)!;
    const { threads } = backend;
    await useBackend(backend.name, threads === undefined ? {} : { threads });
    const pictures = asked && (await at(asked, store));
    const { blocks, ...result } = await runExperiment(experiment, {
      pictures: () => {
        if (pictures === undefined) throw new JobError(`The task of ${name} has no pictures.`);
        return pictures;
      },
      exact: backend.name === 'float64',
      signal,
      onProgress: (share) => progress({ share }),
    });
    return { ...result, blocks: await store.put(new TextEncoder().encode(JSON.stringify(blocks))) };
  },
});
