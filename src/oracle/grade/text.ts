import { printable } from '../../text/words.js';
import { wrap } from '../../text/wrap.js';
import { type Grade, shareOf, summaryOf, verdictOf } from './grade.js';

const terminalWidth = 96; // columns
const minForCause = 40; // columns

/** The grades as a table in a terminal, without a newline at its end. Long causes go on below. */
export function gradesText(grades: readonly Grade[]): string {
  const heads = ['file', 'verdict', 'right', 'first wrong', 'cause'];
  const rows = [heads, ...grades.map((grade) => cells(grade).map(printable))];
  const widths = heads.slice(0, -1).map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const indent = widths.reduce((sum, w) => sum + w + 2, 0);
  const lines = rows.flatMap((row) => {
    const left = widths.map((w, i) => `${row[i].padEnd(w)}  `).join('');
    const [first, ...more] = wrap(row[4], Math.max(terminalWidth - indent, minForCause));
    return [(left + first).trimEnd(), ...more.map((line) => ' '.repeat(indent) + line)];
  });
  return [...lines, '', summaryOf(grades)].join('\n');
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
