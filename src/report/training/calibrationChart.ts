import { type Block, figure, note } from '../blocks.js';
import { draw } from '../vega.js';
import type { ClassJudgement, JudgedPart } from './judged.js';
import { percent } from './words.js';

/** Whether answers are right as often as they say: on the diagonal they are. */
export async function calibrationBlocks({
  name,
  judgement,
}: JudgedPart<ClassJudgement>): Promise<Block[]> {
  const { bins, expectedError } = judgement.metrics.calibration;
  const said = bins.map(
    ({ count, meanProbability, share }) =>
      `${count} with ${percent(meanProbability)} on average, ${percent(share)} of them right`,
  );
  const axis = (field: string, title: string) => ({
    field,
    type: 'quantitative' as const,
    scale: { domain: [0, 1], nice: false },
    axis: { title, format: '.0%' },
  });
  const chart = await draw({
    title: `Calibration, ${name} set`,
    alt: `Answers by their probability: ${said.join('; ')}.`,
    spec: {
      height: 400,
      encoding: {
        x: axis('probability', 'probability of the answer'),
        y: axis('share', 'share that is right'),
      },
      layer: [
        {
          data: { values: [0, 1].map((end) => ({ probability: end, share: end })) },
          mark: { type: 'line', stroke: 'var(--quiet)', strokeDash: [6, 4], strokeWidth: 1.5 },
        },
        {
          data: {
            values: bins.map(({ meanProbability, share, count }) => ({
              ...{ probability: meanProbability, share, count },
            })),
          },
          mark: { type: 'line', stroke: 'var(--series-1)', strokeWidth: 2 },
        },
        {
          data: {
            values: bins.map(({ meanProbability, share, count }) => ({
              ...{ probability: meanProbability, share, count },
            })),
          },
          mark: { type: 'point', filled: true, fill: 'var(--series-1)', opacity: 1, clip: false },
          encoding: {
            size: {
              field: 'count',
              type: 'quantitative',
              scale: { range: [30, 400] },
              legend: null,
            },
          },
        },
      ],
    },
  });
  return [
    figure(chart),
    note(
      `Each point has the answers of one tenth of the scale, and is as large as they are many. Above the diagonal they are right more often than they say, below it less often; by ${percent(expectedError)} on average.`,
    ),
  ];
}
