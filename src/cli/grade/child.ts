import { writeSync } from 'node:fs';
import { sep } from 'node:path';
import { text } from 'node:stream/consumers';
import { HandgradError } from '../../core/errors.js';
import { checkGradients } from '../../oracle/checkGradients.js';
import { type Grade, gradeOf, ungraded } from '../../oracle/grade/grade.js';
import type { GradientReport } from '../../oracle/report.js';
import { loadSubject } from '../loadSubject.js';
import { checkPythonFile, defaultPython, isPython } from '../python/check.js';
import { answer, channelDescriptor, type Expected, type Job, ready } from './channel.js';

/*
 * Grades one module and ends: the whole life of a child process. It runs in the folder of the module.
 */

const { stringify } = JSON; // before a submission can put another in its place

async function grade(file: string, expected: Expected): Promise<Grade> {
  try {
    return gradeOf(file, await check(file, expected));
  } catch (error) {
    // A folder's name in a message says nothing here, and may say too much.
    const folder = `${process.cwd()}${sep}`;
    const message = error instanceof HandgradError ? error.message : `handgrad fails: ${error}`;
    return ungraded(file, message.replaceAll(folder, ''));
  }
}

function check(file: string, { reference, names, python }: Expected): Promise<GradientReport> {
  if (isPython(file))
    return checkPythonFile(file, python ?? defaultPython(), { ...names, reference });
  return loadSubject(file, jsOnly(reference)).then((subject) => checkGradients(subject));
}

/** A reference in Python says nothing of a module. */
const jsOnly = (reference?: string) =>
  reference !== undefined && isPython(reference) ? undefined : reference;

writeSync(channelDescriptor, ready);
const { file, token, expected }: Job = JSON.parse(await text(process.stdin));
writeSync(channelDescriptor, answer(token, stringify(await grade(file, expected))));
