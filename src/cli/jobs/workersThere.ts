import { difference, type Fingerprint, isSame } from '../../jobs/fingerprint.js';
import { type Presence, workersAt } from '../../jobs/redis/presence.js';
import { inThisCommand, say } from '../terminal.js';
import { isGrading } from './grading.js';
import type { Shared } from './redis.js';

const lookEvery = 5000; // milliseconds

/** The workers that take the jobs of a run. Says, once for each state of things, that none does, and why. */
export class WorkersThere {
  /** How many jobs they do at once. */
  hands = 0;
  private said = '';
  private readonly looking = setInterval(() => void this.look(), lookEvery);

  constructor(
    private readonly shared: Shared,
    private readonly wanted: Fingerprint,
    private readonly isMixed: boolean,
  ) {}

  async look(): Promise<void> {
    const { redis, prefix } = this.shared;
    const all = await workersAt(redis, prefix).catch(() => undefined);
    if (!all) return; // Redis says itself when it is gone
    const grades = isGrading(this.wanted);
    const workers = all.filter(({ fingerprints }) => fingerprints.some(isGrading) === grades);
    const fitting = workers.filter(({ fingerprints }) =>
      fingerprints.some((one) => this.fits(one)),
    );
    this.hands = fitting.reduce((sum, { concurrency }) => sum + concurrency, 0);
    const line = fitting.length > 0 ? '' : this.noneOf(workers);
    if (line !== '' && line !== this.said) say(inThisCommand(line));
    this.said = line;
  }

  close(): void {
    clearInterval(this.looking);
  }

  private fits(one: Fingerprint): boolean {
    return this.isMixed ? one.backend === this.wanted.backend : isSame(one, this.wanted);
  }

  private noneOf(workers: readonly Presence[]): string {
    const { wanted, shared } = this;
    const grades = isGrading(wanted);
    if (workers.length === 0) {
      const [who, command] = grades
        ? ['that grades ', 'handgrad worker --allow-grade']
        : ['', 'handgrad worker'];
      return `No worker ${who}is at ${shared.shown}: start one with \`${command}\`.`;
    }
    const why = workers.map(
      ({ host, fingerprints }) => `${host} ${difference(fingerprints, wanted)}`,
    );
    const cure = grades ? '' : ', or give --allow-mixed';
    return `No worker fits: ${[...new Set(why)].join('; ')}. Start one of handgrad ${wanted.handgrad}${cure}.`;
  }
}

/** What is to be said of a result that is partly theirs. */
export const mixedText = (mixed: readonly string[]): string =>
  `Some of the workers are of another kind, and the same command may give another result: ${mixed.join('; ')}.`;
