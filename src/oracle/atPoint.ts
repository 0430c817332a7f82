import { FLOAT64 } from '../float64/index.js';
import type { FlatSubject } from './nested.js';
import { onBackend } from './onBackend.js';
import { scratch } from './scratch.js';
import type { Point } from './subject.js';
import { pointOf, readValues } from './values.js';

/** Runs f in double precision at the point on which a subject is checked, and frees what it makes. */
export function atPoint<T>(subject: FlatSubject, f: (point: Point) => T, seed = 1): Promise<T> {
  const values = readValues(subject);
  return onBackend(FLOAT64, () => scratch(() => f(pointOf(subject, values, seed))));
}
