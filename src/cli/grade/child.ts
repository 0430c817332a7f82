import { writeSync } from 'node:fs';
import { sep } from 'node:path';
import { text } from 'node:stream/consumers';
import { HandgradError } from '../../core/errors.js';
import { checkGradients } from '../../oracle/checkGradients.js';
import { exportedSubject } from '../../oracle/exported.js';
import { type Grade, gradeOf, ungraded } from '../../oracle/grade/grade.js';
import { besides, differences, lackOf, onTerms } from '../../oracle/grade/reference.js';
import { loadExports, loadSubject } from '../loadSubject.js';
import { checkPythonFile, defaultPython, isPython } from '../python/check.js';
import { answer, channelDescriptor, type Expected, type Job, ready } from './channel.js';

/*
 * Grades one module and ends: the whole life of a child process. It runs in the folder of the module.
 */

const { stringify } = JSON; // before a submission can put another in its place

async function grade(file: string, expected: Expected): Promise<Grade> {
  try {
    return isPython(file) ? await gradePython(file, expected) : await gradeModule(file, expected);
  } catch (error) {
    // A folder's name in a message says nothing here, and may say too much.
    const folder = `${process.cwd()}${sep}`;
    const message = error instanceof HandgradError ? error.message : `handgrad fails: ${error}`;
    return ungraded(file, message.replaceAll(folder, ''));
  }
}

async function gradePython(file: string, expected: Expected): Promise<Grade> {
  const { names, python = defaultPython() } = expected;
  const reference = ofLanguage(file, expected.reference);
  return gradeOf(
    file,
    await checkPythonFile(file, python, { ...names, ...(reference && { reference }) }),
  );
}

async function gradeModule(file: string, expected: Expected): Promise<Grade> {
  const reference = ofLanguage(file, expected.reference);
  if (reference !== undefined) return gradeByReference(file, reference);
  return gradeOf(file, await checkGradients(await loadSubject(file)));
}

/** A reference in Python says nothing of a module, nor the other way round. */
const ofLanguage = (file: string, reference?: string) =>
  reference !== undefined && isPython(reference) === isPython(file) ? reference : undefined;

async function gradeByReference(file: string, reference: string): Promise<Grade> {
  const expected = await loadExports(reference); // first: the submission may change what it finds
  const own = await loadExports(file);
  const lack = lackOf(expected, own);
  if (lack !== undefined) {
    return ungraded(file, `It exports no function ${lack}, as the reference does.`);
  }
  const subject = exportedSubject(onTerms(expected, own), file);
  const report = await checkGradients(subject);
  const differing = await differences(exportedSubject(expected, 'The reference'), subject);
  return besides(gradeOf(file, report), differing);
}

writeSync(channelDescriptor, ready);
const { file, token, expected }: Job = JSON.parse(await text(process.stdin));
writeSync(channelDescriptor, answer(token, stringify(await grade(file, expected))));
