import { type Grade, shareOf, summaryOf, verdictOf } from './grade.js';

const width = 96; // columns of a terminal
const leastForCause = 40;

/** The grades as a table in a terminal, without a newline at its end. Long causes go on below. */
export function gradesText(grades: readonly Grade[]): string {
  const heads = ['file', 'verdict', 'right', 'first wrong', 'cause'];
  const rows = [heads, ...grades.map((grade) => cells(grade).map(printable))];
  const widths = heads.slice(0, -1).map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const indent = widths.reduce((sum, w) => sum + w + 2, 0);
  const lines = rows.flatMap((row) => {
    const left = widths.map((w, i) => `${row[i].padEnd(w)}  `).join('');
    const [first, ...more] = wrap(row[4], Math.max(width - indent, leastForCause));
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

/** The text in lines of at most so many columns, broken between words; a longer word stays whole. */
function wrap(text: string, columns: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1];
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= columns) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Names and messages are anyone's: none of them moves the cursor or colours the terminal. */
export const printable = (text: string): string => text.replace(/\p{Cc}/gu, '?');
