import { writeSync } from 'node:fs';
import { sep } from 'node:path';
import { text } from 'node:stream/consumers';
import { HandgradError } from '../../core/errors.js';
import { checkGradients } from '../../oracle/checkGradients.js';
import { exportedSubject } from '../../oracle/exported.js';
import { type Grade, gradeOf, ungraded } from '../../oracle/grade/grade.js';
import { besides, differences, lackOf, onTerms } from '../../oracle/grade/reference.js';
import { loadExports, loadSubject } from '../loadSubject.js';
import { answer, channelDescriptor, type Job, ready } from './channel.js';

/*
 * Grades one module and ends: the whole life of a child process. It runs in the folder of the module.
 */

const { stringify } = JSON; // before a submission can put another in its place

async function grade(file: string, reference?: string): Promise<Grade> {
  try {
    if (reference !== undefined) return await gradeByReference(file, reference);
    return gradeOf(file, await checkGradients(await loadSubject(file)));
  } catch (error) {
    // A folder's name in a message says nothing here, and may say too much.
    const folder = `${process.cwd()}${sep}`;
    const message = error instanceof HandgradError ? error.message : `handgrad fails: ${error}`;
    return ungraded(file, message.replaceAll(folder, ''));
  }
}

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
const { file, token, reference }: Job = JSON.parse(await text(process.stdin));
writeSync(channelDescriptor, answer(token, stringify(await grade(file, reference))));
