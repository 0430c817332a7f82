import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { HandgradError } from '../../src/core/errors.js';
import { RandomState } from '../../src/core/random.js';
import { type Disk, useDisk } from '../../src/files/disk.js';
import { FaultyDisk, type Kind, kinds } from './faultyDisk.js';
import { type Subject, subjects } from './subjects.js';

export interface Tally {
  readonly subject: string;
  /** Of one write that goes well. */
  readonly calls: number;
  readonly faults: number;
  /** What lay there after them. */
  readonly old: number;
  readonly new: number;
  /** Each in words; none is hoped for. */
  readonly failures: readonly string[];
}

/** Fails, or dies, at every `step`th call of every write, in every way; with `lies` on a disk that does not sync. */
export async function injectAll(
  step = 1,
  seed = 1,
  only: readonly Kind[] = kinds,
  lies = false,
): Promise<Tally[]> {
  const tallies: Tally[] = [];
  for (const subject of subjects)
    tallies.push(await injectInto(subject, { step, seed, only, lies }));
  return tallies;
}

interface Extent {
  readonly step: number;
  readonly seed: number;
  readonly only: readonly Kind[];
  readonly lies: boolean;
}

async function injectInto(subject: Subject, { step, seed, only, lies }: Extent): Promise<Tally> {
  const failures: string[] = [];
  const found = { old: 0, new: 0 };
  let [calls, faults] = [0, 0];
  for (const kind of only) {
    const random = new RandomState(seed);
    for (let at = 0; at <= calls; at += at === 0 ? 1 + (seed % step) : step) {
      const faulty = new FaultyDisk(at, kind, random, lies);
      const outcome = await attempt(subject, at, faulty);
      if (at === 0) calls = outcome.calls.length;
      else {
        faults++;
        found[outcome.state === subject.new ? 'new' : 'old']++;
      }
      const where = `${subject.name}, ${kind} at ${at}: ${outcome.calls[at - 1]}`;
      failures.push(...outcome.wrong.map((what) => `${where}: ${what}`));
    }
  }
  return { subject: subject.name, calls, faults, ...found, failures };
}

/** One write with one fault, what lies there then, and whether the next write mends all. */
async function attempt(subject: Subject, at: number, faulty: FaultyDisk) {
  const root = mkdtempSync(join(tmpdir(), 'handgrad-torture-'));
  const folder = join(root, 'folder');
  const wrong: string[] = [];
  const check = async (what: string, work: () => Promise<string | undefined>) => {
    const answer = await work().catch((error) => String(error.message ?? error));
    if (answer) wrong.push(`${what}: ${answer}`);
  };
  let state = '';
  try {
    useDisk(quick);
    await subject.before(folder);
    const before = filesIn(root);
    useDisk((real) => faulty.over(real));
    const ended = await Promise.race([
      endOf(subject.write(folder)),
      faulty.died.then(() => 'died'),
    ]);
    useDisk(quick);
    bury(root);
    await check('what lies there', async () => {
      state = await subject.read(folder);
      if (ended === 'well' && state !== subject.new) return `all went well, but it is ${state}`;
      return state === subject.old || state === subject.new ? undefined : state;
    });
    if (ended instanceof Error) {
      await check('the error', async () => amiss(ended, root));
      const isCleaning = /^(unlink|rmdir|readdir)/.test(faulty.calls[at - 1]);
      if (state === subject.old && state !== subject.new && !isCleaning) {
        await check('left behind', async () => difference(before, filesIn(root)));
      }
    }
    await check('the next write', async () => {
      await subject.write(folder);
      const next = await subject.read(folder);
      return next === subject.new ? difference(subject.files, filesIn(folder)) : next;
    });
  } finally {
    useDisk();
    subject.end?.();
    await faulty.remove();
    rmSync(root, { recursive: true, force: true });
  }
  return { calls: faulty.calls, state, wrong };
}

/** Before and after: without the waits and the syncs, which no one looks at. */
const quick = (real: Disk): Disk => ({
  ...real,
  wait: async () => {},
  open: async (path, flags) => ({ ...(await real.open(path, flags)), sync: async () => {} }),
});

const endOf = (work: Promise<void>): Promise<'well' | Error> =>
  work.then(
    () => 'well',
    (error) => error,
  );

/** One typed sentence, or two, that says which place. */
function amiss(error: Error, root: string): string | undefined {
  const { message } = error;
  if (!(error instanceof HandgradError)) return `untyped: ${error.stack}`;
  const isSentence = /^[^\n]+\.$/.test(message) && /cannot be|could not be/.test(message);
  return isSentence && message.includes(root.slice(0, 10)) ? undefined : message;
}

/** What belongs to a process that "died" here belongs to one that has: the number is alive, its start is another. */
function bury(root: string): void {
  const dead = (text: string) => text.replace(`-${process.pid}-`, `-${process.pid}-1`);
  for (const name of filesIn(root, true)) {
    const path = join(root, name);
    if (basename(path) === '.saving') {
      writeFileSync(path, dead(readFileSync(path, 'utf8')));
      utimesSync(path, 0, 0); // one that says not whose it is waits for its time to be up
    }
    if (!basename(path).startsWith('.writing-') || !existsSync(path)) continue;
    renameSync(path, join(dirname(path), dead(basename(path))));
  }
}

/** The files under a folder, and the folders where asked, the inner ones first. */
function filesIn(root: string, withFolders = false): string[] {
  if (!existsSync(root)) return [];
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) =>
    join(root, name),
  );
  return paths
    .filter((path) => withFolders || statSync(path).isFile())
    .map((path) => relative(root, path))
    .sort((a, b) => b.length - a.length);
}

function difference(expected: readonly string[], found: readonly string[]): string | undefined {
  // Weights have a name with a hash where they have replaced others.
  const plain = (name: string) => name.replace(/weights\.[0-9a-f]{16}\.bin$/, 'weights.bin');
  const [a, b] = [expected, found].map((names) => names.map(plain).sort().join(' '));
  return a === b ? undefined : `${b} in place of ${a}`;
}
