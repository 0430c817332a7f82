import { csvOf } from '../../text/csv.js';
import { type Grade, verdictOf } from './grade.js';

/** The grades as CSV (RFC 4180, UTF-8): a line of names, then one for each module; before them a remark, behind #. */
export function gradesCsv(
  grades: readonly Grade[],
  { firstLine }: { firstLine?: string } = {},
): string {
  const names = ['file', 'verdict', 'right', 'gradients', 'first wrong', 'cause'];
  const rows = grades.map((grade) => [
    grade.file,
    verdictOf(grade),
    grade.right,
    grade.gradients,
    grade.firstWrong,
    grade.cause,
  ]);
  const said = firstLine === undefined ? '' : `# ${firstLine}\r\n`;
  return said + csvOf([names, ...rows]);
}
