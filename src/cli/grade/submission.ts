import { randomInt } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { HandgradError } from '../../core/errors.js';
import { type Grade, ungraded } from '../../oracle/grade/grade.js';
import { judge, type Loaded, loadedFrom, type Verdict } from '../../oracle/grade/judge/judge.js';
import { verdictGrade } from '../../oracle/grade/judge/verdictGrade.js';
import type { Ask } from '../../oracle/grade/judge/wire.js';
import type { Isolation } from './isolation/kinds.js';
import { launchOf } from './isolation/launch.js';
import { type Asked, type Limits, startProcess } from './process.js';

const script = 'cli/grade/compute.js';

/** Files that a submission may read besides itself. */
export interface Allowed {
  /** Those that it may import. */
  readonly allowed?: readonly string[];
  /** The package.json that says what its .js files are. */
  readonly package?: string;
}

/** The teacher's functions, in a process of their own that no submission shares. */
export interface Reference {
  readonly ask: Ask;
  /** Why it answers no more; undefined as long as it does. */
  readonly failure: string | undefined;
  readonly loaded: Loaded;
  readonly terms: string;
  end(): Promise<void>;
}

/**
 * @param isolation none, where it is a file of whoever grades; it may then import what it likes.
 * @throws CheckError where it cannot be checked itself.
 */
export async function startReference(
  path: string,
  limits: Limits,
  signal: AbortSignal,
  isolation: Isolation = 'none',
  allowed: readonly string[] = [],
): Promise<Reference> {
  const file = resolve(path);
  const readable = isolation === 'none' ? [] : [file, ...allowed];
  const launch = launchOf(isolation, script, readable, dirname(file), limits.memory);
  const job = { allowed: [], isTrusted: true };
  const asked = startProcess(launch, job, limits, signal, false);
  try {
    const loaded = loadedFrom(await asked.ask({ ask: 'load', file }));
    const terms = String(await asked.ask({ ask: 'terms' }));
    return {
      ...{ ask: asked.ask, loaded, terms, end: asked.end },
      get failure() {
        return asked.failure;
      },
    };
  } catch (error) {
    await asked.end();
    throw error;
  }
}

/**
 * Grades one module of a folder. It runs in a process of its own, which is given numbers and gives
 * numbers; the verdict is made here. That process is killed, with all that it has started, once the
 * verdict stands or a limit is reached. Whatever the module does, the promise holds a grade.
 */
export async function gradeModule(
  folder: string,
  file: string,
  limits: Limits,
  signal: AbortSignal,
  isolation: Isolation,
  { allowed = [], package: own }: Allowed = {},
  reference?: Reference,
): Promise<Grade> {
  const path = resolve(join(folder, file));
  const launch = launchOf(
    isolation,
    script,
    [path, ...allowed, ...(own ? [own] : [])],
    resolve(folder),
    limits.memory,
  );
  const asked = startProcess(launch, { allowed, isTrusted: false }, limits, signal);
  try {
    const terms = reference && { terms: reference.terms };
    const loaded = loadedFrom(await asked.ask({ ask: 'load', file: path, ...terms }));
    const verdict = await judge({ ask: asked.ask, loaded }, randomInt(2 ** 31), reference);
    if (asked.failure !== undefined) return ungraded(file, asked.failure);
    return withWords(verdictGrade(file, verdict), await wordsOf(asked, verdict));
  } catch (error) {
    if (!(error instanceof HandgradError)) throw error;
    return ungraded(file, (asked.failure ?? error.message).replaceAll(path, file));
  } finally {
    await asked.end();
  }
}

/** What its own process says about a wrong gradient. */
async function wordsOf({ ask }: Asked, { held }: Verdict): Promise<string | undefined> {
  if (held.every(({ verdict }) => verdict !== 'wrong')) return undefined;
  try {
    const words = await ask({ ask: 'explain' });
    return typeof words === 'string' && words !== '' ? words.slice(0, 1000) : undefined;
  } catch (error) {
    if (error instanceof HandgradError) return undefined;
    throw error;
  }
}

/** The words are no verdict, and are marked as what they are. */
function withWords(grade: Grade, words: string | undefined): Grade {
  if (words === undefined) return grade;
  return { ...grade, cause: `${grade.cause ?? ''} Its own process says: ${words}`.trim() };
}
