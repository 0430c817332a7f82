import * as report from '../../report/blocks.js';
import { lineChart } from '../../report/charts.js';
import { page } from '../../report/page.js';
import type { JudgedPart } from '../../report/training/judged.js';
import type { Ranked } from '../../training/search/halving.js';
import type { TrainOptions } from '../commands/train.js';
import { scoreLine } from '../train/scores.js';
import { columns } from './candidates.js';

/** A page about a search: what was tried, and what came of it. */
export async function tunePage(
  name: string,
  rows: readonly (readonly string[])[],
  ranked: readonly Ranked<TrainOptions>[],
  parts: readonly JudgedPart[],
): Promise<string> {
  const isClasses = parts[0].judgement.kind === 'classes';
  const best = new Map<number, number>();
  for (const { candidate, score } of ranked) {
    if (!score) continue;
    const value = isClasses ? score[0] : -score[0];
    const before = best.get(candidate.learningRate!) ?? value;
    best.set(
      candidate.learningRate!,
      isClasses ? Math.max(before, value) : Math.min(before, value),
    );
  }
  const points = [...best].sort(([a], [b]) => a - b);
  const what = isClasses ? 'accuracy, %' : 'RMSE';
  const chart = await lineChart({
    title: 'The best on the validation set by learning rate',
    alt: `The best ${what} on the validation set: ${points.map(([a, y]) => `${y.toPrecision(4)} at ${a}`).join(', ')}.`,
    x: { title: 'learning rate α', log: true },
    y: { title: what },
    series: [{ name: 'validation', points }],
  });
  return page({
    title: `Tuned: ${name}`,
    intro: [
      report.paragraph(
        'Each candidate starts from the same seed. The validation set alone chose; the test set was looked at once, for the best.',
      ),
      report.note(scoreLine(parts)),
    ],
    sections: [
      {
        id: 'results',
        title: 'Results',
        blocks: [
          report.figure(chart),
          report.table({ caption: 'Every candidate, the best first', columns, rows }),
        ],
      },
    ],
  });
}
