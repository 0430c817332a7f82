import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchError } from './benchError.js';
import type { Ratio } from './ratios.js';

interface Contestant {
  readonly line: string;
  readonly args: readonly string[];
  readonly seconds: number;
  /** The exit code. Default: 0. */
  readonly ending?: number;
}

const picture = fileURLToPath(new URL('../../docs/pages/classify-light-390.png', import.meta.url));

/** The commands that a user waits for most, with the seconds they may take on a quiet machine. */
const commands = (root: string): readonly Contestant[] => [
  { line: '--help', args: ['--help'], seconds: 0.12 },
  {
    line: 'predict',
    args: ['predict', '--model', join(root, 'models', 'cat'), picture],
    seconds: 0.4,
  },
  {
    line: 'check FILE',
    args: ['check', join(root, 'examples', 'check', 'tanh-from-z.mjs')],
    ending: 1, // its gradients are wrong
    seconds: 0.8,
  },
];

/** What `node -e 0` takes on the machine for which the seconds were asked. */
const bareSeconds = 0.04;

/**
 * How long a built command line takes from its start to its end, in times of `node -e 0`: the least of
 * some rounds in which they take turns, so that a machine that others use does not count against one.
 *
 * @param root the folder of the package, with dist/ in it
 */
export function startTimes(root: string, rounds: number): Ratio[] {
  const main = join(root, 'dist', 'cli', 'main.js');
  const contestants: readonly Contestant[] = [
    { line: 'node', args: ['-e', '0'], seconds: bareSeconds },
    ...commands(root).map((command) => ({ ...command, args: [main, ...command.args] })),
  ];
  const fastest = contestants.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++) {
    contestants.forEach((contestant, i) => {
      fastest[i] = Math.min(fastest[i], secondsOf(contestant));
    });
  }
  return contestants.slice(1).map(({ line, seconds }, i) => ({
    name: `start: ${line} / node -e 0 (${fastest[i + 1].toFixed(2)} s)`,
    value: fastest[i + 1] / fastest[0],
    target: seconds / bareSeconds,
  }));
}

function secondsOf({ args, ending = 0 }: Contestant): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== ending) throw new BenchError(`node ${args.join(' ')} failed: ${stderr}`);
  return (performance.now() - start) / 1000;
}
