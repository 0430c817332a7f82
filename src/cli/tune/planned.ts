import type { Network } from '../../core/network.js';
import type { Rung } from '../../training/search/halving.js';
import type { TrainOptions } from '../commands/train.js';
import type { TuneOptions } from '../commands/tune.js';
import type { Journal } from './journal.js';
import type { Prepared } from './prepared.js';
import type { Around } from './rungJobs.js';

/** A search, before it is run. */
export interface Planned {
  readonly candidates: readonly TrainOptions[];
  readonly rungs: readonly Rung[];
  readonly options: TuneOptions;
  readonly prepared: Prepared;
  readonly journal: Journal;
  /** Of the first candidate. */
  readonly network: Network;
}

/** Who trains its candidates. */
export interface Jobs extends Pick<Around, 'runner' | 'kind' | 'taskOf' | 'retries'> {
  /** The run's name, where workers do it. */
  readonly run?: string;
  /** What is to be said of the result: that it is of workers that round otherwise. */
  readonly strangers: () => readonly string[];
  close(): Promise<void>;
}
