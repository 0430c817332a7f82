import type { Fingerprint } from '../../jobs/fingerprint.js';

/** The name under which those who grade stand among the backends. */
const grading = 'grade';

/**
 * The fingerprint of who grades: of the double precision in which the judge holds a submission's numbers. It has
 * a queue of its own, which a worker that only trains never listens to.
 */
export const gradingFingerprint = (float64: Fingerprint): Fingerprint => ({
  ...float64,
  backend: grading,
});

export const isGrading = ({ backend }: Pick<Fingerprint, 'backend'>): boolean =>
  backend === grading;
