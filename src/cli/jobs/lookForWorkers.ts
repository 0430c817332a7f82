import { difference, type Fingerprint, isSame } from '../../jobs/fingerprint.js';
import { workersAt } from '../../jobs/redis/presence.js';
import { inThisCommand, say } from '../terminal.js';
import { isGrading } from './grading.js';
import type { Shared } from './redis.js';

const lookEvery = 10_000; // milliseconds

/** Says, once for each state of things, that nobody takes the jobs, and why; until the function it gives is called. */
export function lookForWorkers(shared: Shared, wanted: Fingerprint, isMixed = false): () => void {
  let said = '';
  const look = async () => {
    const line = await whyNobody(shared, wanted, isMixed);
    if (line !== said && line !== '') say(inThisCommand(line));
    said = line;
  };
  const quietly = () => void look().catch(() => {}); // Redis says itself when it is gone
  quietly();
  const looking = setInterval(quietly, lookEvery);
  return () => clearInterval(looking);
}

/** Nothing where there is a worker that takes the jobs. */
async function whyNobody(
  { redis, prefix, shown }: Shared,
  wanted: Fingerprint,
  isMixed: boolean,
): Promise<string> {
  const grades = isGrading(wanted);
  const workers = (await workersAt(redis, prefix)).filter(
    ({ fingerprints }) => fingerprints.some(isGrading) === grades,
  );
  const fits = (one: Fingerprint) =>
    isMixed ? one.backend === wanted.backend : isSame(one, wanted);
  if (workers.some(({ fingerprints }) => fingerprints.some(fits))) return '';
  if (workers.length === 0) {
    const [who, command] = grades
      ? ['that grades ', 'handgrad worker --allow-grade']
      : ['', 'handgrad worker'];
    return `No worker ${who}is at ${shown}: start one with \`${command}\`.`;
  }
  const why = workers.map(
    ({ host, fingerprints }) => `${host} ${difference(fingerprints, wanted)}`,
  );
  const cure = grades ? '' : ', or give --allow-mixed';
  return `No worker fits: ${[...new Set(why)].join('; ')}. Start one of handgrad ${wanted.handgrad}${cure}.`;
}
