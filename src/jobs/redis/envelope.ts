import { anything, oneOf, record, text } from '../../core/schema.js';
import { type Fingerprint, fingerprintSchema } from '../fingerprint.js';

/** A job as it lies in Redis. Its kind says what the task may be. */
export interface Envelope {
  readonly run: string;
  readonly kind: string;
  readonly task: unknown;
  /** Where its bytes are: in Redis, or in a folder that all share. */
  readonly blobs: 'redis' | 'folder';
}

/** What came of a job, and of whom. */
export interface Returned {
  readonly result: unknown;
  readonly by: Fingerprint;
  readonly host: string;
}

const envelope = record<Envelope>({
  run: text(200),
  kind: text(100),
  task: anything,
  blobs: oneOf('redis', 'folder'),
});

const returned = record<Returned>({ result: anything, by: fingerprintSchema, host: text(300) });

export const envelopeFrom = (value: unknown): Envelope => envelope(value, 'The job');
export const returnedFrom = (value: unknown): Returned => returned(value, 'The result');
