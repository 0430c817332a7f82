import { record, whole } from '../../../src/core/schema.js';
import type { JobKind } from '../../../src/jobs/kind.js';

const n = whole(0, 1e9);

/** A job that gives back what it is given: all that it takes is what a job costs. */
export const bareKind: JobKind<{ i: number }, { i: number }> = {
  name: 'bare',
  assertTask: (value) => record<{ i: number }>({ i: n })(value, 'The task'),
  assertResult: (value) => record<{ i: number }>({ i: n })(value, 'The result'),
  assertProgress: (value) => value as never,
  needs: () => ({ blobs: [], manifests: [] }),
  gives: () => [],
  title: ({ i }) => String(i),
  process: () => '',
  run: async (task) => task,
};
