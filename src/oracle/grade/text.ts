import { table } from '../../text/table.js';
import { printable } from '../../text/words.js';
import { type Grade, shareOf, summaryOf, verdictOf } from './grade.js';

/** The grades as a table in a terminal, without a newline at its end. Long causes go on below. */
export function gradesText(
  grades: readonly Grade[],
  { width = 96, firstLine }: { width?: number; firstLine?: string } = {},
): string {
  const heads = ['file', 'verdict', 'right', 'first wrong', 'cause'];
  const rows = grades.map((grade) => cells(grade).map(printable));
  const said = firstLine === undefined ? [] : [firstLine, ''];
  return [
    ...said,
    table([heads, ...rows], { width: Math.min(width, 96) }),
    '',
    summaryOf(grades),
  ].join('\n');
}

const cells = (grade: Grade): string[] => {
  const verdict = verdictOf(grade);
  return [
    grade.file,
    verdict === 'pass' ? verdict : verdict.toUpperCase(),
    shareOf(grade),
    grade.firstWrong ?? '',
    grade.cause ?? '',
  ];
};
