import * as report from '../../report/blocks.js';
import { page } from '../../report/page.js';

/** A page about a cross-validation. */
export const foldPage = (
  name: string,
  about: readonly (readonly [string, string])[],
  [columns, ...rows]: readonly (readonly string[])[],
): string =>
  page({
    title: `Cross-validated: ${name}`,
    intro: [
      report.paragraph(
        'Each fold is held out once: a new network, from the same seed, is trained on the others to its last epoch and judged on it. Folds share training samples, so that their scores differ less than those of networks trained on other data would.',
      ),
      report.card({ title: 'This cross-validation', entries: about }),
    ],
    sections: [
      {
        id: 'results',
        title: 'Results',
        blocks: [
          report.table({
            caption: 'Every fold, on the samples held out',
            ...{ columns, rows, numeric: columns.map(() => true) },
          }),
        ],
      },
    ],
  });
