import { type Block, beside, figure, note } from '../blocks.js';
import { type AxisOptions, lineChart, type Series } from '../charts.js';
import { inDigits } from './words.js';

/** What was measured when. */
export type Curve = Series['points'];

/** How a training went. */
export interface History {
  /** What the curves are counted by. */
  readonly unit: 'iteration' | 'epoch';
  readonly cost: Curve;
  readonly validationCost?: Curve;
  /** What the network was judged by. */
  readonly metric?: {
    /** Such as `accuracy`. */
    readonly name: string;
    readonly training?: Curve;
    readonly validation?: Curve;
  };
  readonly learningRate?: Curve;
  /** When the parameters that were kept were reached. */
  readonly best?: number;
}

/** More points than a chart has pixels are of no use. */
const mostPoints = 1000;

/**
 * The curves of a training, with the best moment marked: cost, metric, and the learning rate where it
 * changes. Values that are not finite are left out, and counted in a sentence.
 */
export async function curveBlocks(history: History): Promise<Block[]> {
  const { cost, validationCost, metric, learningRate = [] } = history;
  const charts = [
    await chart(history, 'Cost', 'cost J', { training: cost, validation: validationCost }),
    metric && (await chart(history, metric.name, metric.name, metric)),
    changes(learningRate) &&
      (await chart(history, 'Learning rate', 'learning rate', { training: learningRate })),
  ];
  const blocks = charts.flatMap((block) => block || []);
  if (blocks.length === 0) return [note('The run was stopped before its first cost.')];
  const all = [cost, validationCost, metric?.training, metric?.validation, learningRate];
  return [beside(...blocks), ...leftOut(all.flatMap((curve) => curve ?? []))];
}

type Curves = { readonly training?: Curve; readonly validation?: Curve };

async function chart(
  { unit, best }: History,
  title: string,
  yTitle: string,
  { training = [], validation = [] }: Curves,
): Promise<Block | undefined> {
  const series = [
    { name: 'training', points: shownOf(training) },
    { name: 'validation', points: shownOf(validation) },
  ].filter(({ points }) => points.length > 0);
  if (series.length === 0) return undefined;
  const said = series.map(({ name, points }) => {
    const [[from, first], [to, last]] = [points[0], points[points.length - 1]];
    return `${name} goes from ${inDigits(first)} at ${unit} ${from} to ${inDigits(last)} at ${unit} ${to}`;
  });
  const kept = best === undefined ? '' : ` The best is ${unit} ${best}.`;
  const y: AxisOptions = { title: yTitle, log: spansDecades(series) };
  return figure(
    await lineChart({
      title: title[0].toUpperCase() + title.slice(1),
      alt: `${yTitle}: ${said.join('; ')}.${kept}`,
      x: { title: unit },
      y,
      series,
      ...(best === undefined ? {} : { mark: { x: best, text: `best: ${unit} ${best}` } }),
    }),
  );
}

/** The points that are numbers; of very many every second, third, … and the last. */
function shownOf(curve: Curve): Curve {
  const points = curve.filter(isNumber);
  const every = Math.ceil(points.length / mostPoints);
  return points.filter((_, i) => i % every === 0 || i === points.length - 1);
}

const isNumber = ([, y]: Curve[number]) => Number.isFinite(y);

/** Three powers of ten: on a linear axis all but the first values would lie on the ground. */
function spansDecades(series: readonly Series[]): boolean {
  const values = series.flatMap(({ points }) => points.map(([, y]) => y));
  const smallest = Math.min(...values);
  return smallest > 0 && Math.max(...values) / smallest > 1000;
}

const changes = (curve: Curve) => curve.some(([, y]) => y !== curve[0][1]);

function leftOut(all: Curve): Block[] {
  const n = all.filter((point) => !isNumber(point)).length;
  if (n === 0) return [];
  return [
    note(
      n === 1 ? 'A value is not finite and left out.' : `${n} values are not finite and left out.`,
    ),
  ];
}
