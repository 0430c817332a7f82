import * as report from '../../report/blocks.js';
import { page } from '../../report/page.js';
import type { JudgedPart } from '../../report/training/judged.js';
import { scoreLine } from '../train/scores.js';
import { tuneFigures } from './figures.js';
import { type Outcome, resultTable } from './results.js';

/** What came of a search that ran to its end. */
interface Winner {
  readonly parts: readonly JudgedPart[];
  /** Trains it again. */
  readonly command: string;
}

/** A page about a search: what was tried, and what came of it. */
export async function tunePage(
  found: Outcome,
  about: readonly (readonly [string, string])[],
  winner?: Winner,
): Promise<string> {
  const { cells, numeric } = resultTable(found);
  const [columns, ...rows] = cells;
  const [[, name]] = about;
  return page({
    title: `Tuned: ${name}`,
    intro: [
      report.paragraph(
        'Each candidate starts from the same seed, on the same samples, and is judged by its best epoch on the validation set, which alone chooses. The best of many is a little lucky there; the test set is looked at once, for the best.',
      ),
      ...(winner ? winnerBlocks(winner) : []),
      report.card({ title: 'This search', entries: about }),
    ],
    sections: [
      {
        id: 'results',
        title: 'Results',
        blocks: [
          ...(await tuneFigures(found)),
          report.table({ caption: 'Every candidate, the best first', columns, rows, numeric }),
        ],
      },
    ],
  });
}

const winnerBlocks = ({ parts, command }: Winner): report.Block[] => [
  report.note(scoreLine(parts)),
  report.note(`The best again: \`${command}\``),
];
