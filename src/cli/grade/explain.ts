import { checkGradients } from '../../oracle/checkGradients.js';
import { gradeOf } from '../../oracle/grade/grade.js';
import type { Subject } from '../../oracle/subject.js';

/** What is probably wrong, in words: no more than a hint, since the submission shares the process. */
export async function explain(subject: Subject): Promise<string> {
  const { cause } = gradeOf('', await checkGradients(subject));
  return cause ?? '';
}
