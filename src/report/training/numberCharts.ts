import { type Block, beside, figure, note } from '../blocks.js';
import { onAxis } from '../charts.js';
import type { Figure } from '../figure.js';
import { draw } from '../vega.js';
import type { JudgedPart, NumberJudgement } from './judged.js';
import { count, inDigits, score } from './words.js';

/** More points than that are a blot, and a large file. */
const mostPoints = 1500;
/** Of how many outputs there are charts. */
const mostOutputs = 8;

/** For each output what was predicted against what is, and what is left. */
export async function numberBlocks(part: JudgedPart<NumberJudgement>): Promise<Block[]> {
  const { names } = part.judgement.answers;
  const blocks: Block[] = [];
  for (let j = 0; j < Math.min(names.length, mostOutputs); j++) {
    blocks.push(
      beside(figure(await predictedChart(part, j)), figure(await residualChart(part, j))),
    );
  }
  if (names.length > mostOutputs) {
    blocks.push(
      note(`The other ${names.length - mostOutputs} outputs are in the table of scores.`),
    );
  }
  return blocks;
}

interface Point {
  readonly target: number;
  readonly prediction: number;
}

/** The points of an output, of many every second, third, … */
function pointsOf({ judgement, set }: JudgedPart<NumberJudgement>, j: number): Point[] {
  const { targets, predictions, names } = judgement.answers;
  const every = Math.ceil(set.m / mostPoints);
  return Array.from({ length: Math.ceil(set.m / every) }, (_, i) => {
    const at = i * every * names.length + j;
    return { target: targets[at], prediction: predictions[at] };
  });
}

const titleOf = (what: string, part: JudgedPart<NumberJudgement>, j: number, points: number) => {
  const { name, set, judgement } = part;
  const shown = points < set.m ? `${points} of ${count(set.m, 'sample')}` : count(set.m, 'sample');
  return `${what}: ${judgement.answers.names[j]}, ${name} set, ${shown}`;
};

async function predictedChart(part: JudgedPart<NumberJudgement>, j: number): Promise<Figure> {
  const points = pointsOf(part, j);
  const { r2, rmse } = part.judgement.metrics.outputs[j];
  const said = r2 === undefined ? '' : `R² is ${score(r2)}, `;
  const all = points.flatMap(({ target, prediction }) => [target, prediction]);
  const domain = [Math.min(...all), Math.max(...all)] as const;
  return pointChart({
    title: titleOf('Predicted and true', part, j, points.length),
    alt: `Predictions against the true numbers, exact ones on the diagonal: ${said}the root mean square error ${inDigits(rmse)}.`,
    xTitle: 'true',
    yTitle: 'predicted',
    points: points.map(({ target, prediction }) => ({ x: target, y: prediction })),
    line: domain.map((end) => ({ x: end, y: end })),
  });
}

async function residualChart(part: JudgedPart<NumberJudgement>, j: number): Promise<Figure> {
  const points = pointsOf(part, j);
  const xs = points.map(({ prediction }) => prediction);
  return pointChart({
    title: titleOf('Residuals', part, j, points.length),
    alt: 'True minus predicted against predicted: without a pattern where the network has found all.',
    xTitle: 'predicted',
    yTitle: 'true - predicted',
    points: points.map(({ target, prediction }) => ({ x: prediction, y: target - prediction })),
    line: [Math.min(...xs), Math.max(...xs)].map((x) => ({ x, y: 0 })),
  });
}

interface XY {
  readonly x: number;
  readonly y: number;
}

function pointChart({
  title,
  alt,
  xTitle,
  yTitle,
  points,
  line,
}: {
  readonly title: string;
  readonly alt: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly points: readonly XY[];
  /** Where exact predictions lie. */
  readonly line: readonly XY[];
}): Promise<Figure> {
  points.forEach(({ x, y }, i) => {
    onAxis(`${title}: x of point ${i}`, x);
    onAxis(`${title}: y of point ${i}`, y);
  });
  const position = (field: 'x' | 'y', name: string) => ({
    field,
    type: 'quantitative' as const,
    scale: { zero: false },
    axis: { title: name },
  });
  const encoding = { x: position('x', xTitle), y: position('y', yTitle) };
  return draw({
    title,
    alt,
    spec: {
      height: 360,
      encoding,
      layer: [
        {
          data: { values: line.map(({ x, y }) => ({ x, y })) },
          mark: { type: 'line', stroke: 'var(--quiet)', strokeDash: [6, 4], strokeWidth: 1.5 },
        },
        {
          data: { values: points.map(({ x, y }) => ({ x, y })) },
          mark: {
            type: 'point',
            filled: true,
            ...{ fill: 'var(--series-1)', fillOpacity: 0.6, opacity: 1 },
            size: points.length > 300 ? 18 : 36,
          },
        },
      ],
    },
  });
}
