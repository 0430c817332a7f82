import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { HandgradError } from '../../core/errors.js';
import { type Grade, gradeOf, ungraded } from '../../oracle/grade/grade.js';
import type { FunctionNames, PythonChild } from '../../oracle/python/answers.js';
import { checkPython } from '../../oracle/python/checkPython.js';
import { heldAgain, Remembered } from '../../oracle/python/heldAgain.js';
import { startPython } from '../python/child.js';
import { channelDescriptor, ready } from './channel.js';
import type { Isolation } from './isolation/kinds.js';
import { inIsolation } from './isolation/launch.js';

/*
 * The judge of one Python submission: a process that holds nothing of it. Python runs in isolation beside
 * it and answers with data.
 */

/** What is asked of it, in a line. */
export interface PythonJob {
  readonly file: string;
  /** The path of it. */
  readonly path: string;
  readonly python: string;
  readonly names: FunctionNames;
  readonly reference?: string;
  readonly isolation: Isolation;
  /** What Python may read. */
  readonly readable: readonly string[];
  readonly seed: number;
}

async function grade(job: PythonJob, child: PythonChild): Promise<Grade> {
  const { file, path, names, reference, seed } = job;
  const remembered = new Remembered(child);
  const options = { ...names, ...(reference && { reference }) };
  const grade = gradeOf(file, await checkPython(remembered, path, options));
  if (!grade.passed) return grade;
  const objection = await heldAgain(remembered, seed);
  return objection ? { ...grade, passed: false, cause: objection } : grade;
}

async function answer(job: PythonJob): Promise<Grade> {
  const { file, path, python, isolation, readable } = job;
  const kind = isolation === 'bubblewrap' ? isolation : 'none';
  const cwd = path.replace(/[/\\][^/\\]*$/, '') || '/';
  const child = startPython(python, (command, args) =>
    inIsolation(kind, command, args, [...readable, path], cwd),
  );
  try {
    return await grade(job, child);
  } catch (error) {
    const message = error instanceof HandgradError ? error.message : `handgrad fails: ${error}`;
    return ungraded(file, message.replaceAll(`${cwd}/`, '').slice(0, 500));
  } finally {
    child.end();
  }
}

const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
let isStarted = false;
lines.on('line', async (line) => {
  const said = isStarted
    ? JSON.stringify({ done: await answer((JSON.parse(line) as { job: PythonJob }).job) })
    : ready;
  isStarted = true;
  writeSync(channelDescriptor, `${said}\n`);
});
