import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Grade } from '../../oracle/grade/grade.js';
import { javascriptSkeleton, pythonSkeleton, sameAs } from '../../oracle/grade/sameText.js';
import { list } from '../../text/words.js';
import { strip } from '../typescriptHooks.js';

/** Says of each module whose text it shares, but for names, comments and white space. */
export function withCopies(
  folder: string,
  grades: readonly Grade[],
  graded: ReadonlySet<string>,
): Grade[] {
  const skeletons = grades.map(({ file }) =>
    graded.has(file) ? skeletonOf(join(folder, file)) : undefined,
  );
  const same = sameAs(skeletons);
  return grades.map((grade, i) => {
    const others = same[i].map((j) => grades[j].file);
    if (others.length === 0) return grade;
    const sentence = `Its text is that of ${list(others, 4)}, but for names, comments and white space.`;
    return { ...grade, sameAs: others, cause: [grade.cause, sentence].filter(Boolean).join(' ') };
  });
}

function skeletonOf(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    if (path.endsWith('.py')) return pythonSkeleton(text);
    if (path.endsWith('.ipynb')) return pythonSkeleton(codeOf(text));
    return javascriptSkeleton(/\.(m?ts|tsx)$/.test(path) ? strip(text, path) : text);
  } catch {
    return undefined; // it is no module, as its row says
  }
}

function codeOf(notebook: string): string {
  const { cells } = JSON.parse(notebook) as {
    cells: { cell_type: string; source: string | string[] }[];
  };
  const code = cells.filter(({ cell_type }) => cell_type === 'code');
  return code.map(({ source }) => [source].flat().join('')).join('\n');
}
