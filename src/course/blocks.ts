import {
  anything,
  either,
  finite,
  list,
  matching,
  oneOf,
  optional,
  pair,
  record,
  type Schema,
  text,
  whole,
} from '../core/schema.js';
import * as report from '../report/blocks.js';
import * as charts from '../report/charts.js';
import type { Grid } from '../report/contours.js';
import type { Figure, Gallery, GalleryPicture } from '../report/figure.js';
import * as graphs from '../report/graph.js';
import * as heat from '../report/heatTable.js';
import * as regions from '../report/regions.js';

/*
 * What an experiment shows, as data: whoever writes the report draws it. So an experiment may run in another
 * process, or on another machine, and no markup comes from there.
 */

/** How a block of one sort is checked, and drawn. */
interface Sort<Of> {
  readonly schema: Schema<Of>;
  draw(of: Of): report.Block | Promise<report.Block>;
}
type OfSort<S> = S extends Sort<infer Of> ? Of : never;

const words = text(10_000);
const point = pair(finite, finite);
const many = 1_000_000;
const about = { title: words, alt: words };
const axis = record<charts.AxisOptions>({ title: words, log: optional(oneOf(true, false)) });
const series = record<charts.Series>({ name: words, points: list(point, many) });
const grid = record<Grid>({
  ...{ x: point, y: point },
  ...{ columns: whole(2, 10_000), rows: whole(2, 10_000) },
  values: list(finite, many),
});
const labelled = record<charts.LabelledPoint>({ x: finite, y: finite, label: whole(0, 10_000) });
const cell = either(finite, words);

const drawing = <Of>(schema: Schema<Of>, draw: (of: Of) => Figure | Promise<Figure>): Sort<Of> => ({
  schema,
  draw: async (of) => report.figure(await draw(of)),
});

const sort = <Of>(schema: Schema<Of>, draw: (of: Of) => report.Block): Sort<Of> => ({
  schema,
  draw,
});

type HeatTable = Omit<heat.HeatTableOptions, 'format'> & {
  /** Behind the point. Default: four that count. */
  readonly digits?: number;
};

/** The sorts of block. A new one is a line here. */
const sorts = {
  heading: sort(matching(/^[^$]{1,1000}$/, 'a heading without TeX'), report.heading),
  paragraph: sort(words, report.note),
  table: sort(
    record<Parameters<typeof report.table>[0]>({
      caption: words,
      columns: list(words, 1000),
      rows: list(list(cell, 1000), many),
      numeric: optional(list(oneOf(true, false), 1000)),
    }),
    report.table,
  ),
  gallery: sort(
    record<Gallery>({
      ...about,
      pictures: list(
        record<GalleryPicture>({
          uri: matching(
            /^data:image\/png;base64,[A-Za-z0-9+/]+={0,2}$/,
            'a PNG picture as a data URI',
          ),
          alt: words,
          caption: list(words, 100),
        }),
        10_000,
      ),
    }),
    report.gallery,
  ),
  lineChart: drawing(
    record<charts.LineOptions>({
      ...about,
      ...{ x: axis, y: axis, series: list(series, 1000) },
      mark: optional(record<{ x: number; text: string }>({ x: finite, text: words })),
    }),
    charts.lineChart,
  ),
  barChart: drawing(
    record<Parameters<typeof charts.barChart>[0]>({
      ...about,
      ...{ valueTitle: words, nameTitle: words },
      bars: list(record<{ name: string; value: number }>({ name: words, value: finite }), 10_000),
    }),
    charts.barChart,
  ),
  decisionBoundary: drawing(
    record<Parameters<typeof regions.decisionBoundary>[0]>({
      ...about,
      ...{ xTitle: words, yTitle: words },
      points: list(labelled, many),
      classes: optional(either(whole(1, 10_000), list(words, 10_000))),
      grid,
    }),
    regions.decisionBoundary,
  ),
  surface: drawing(
    record<regions.SurfaceOptions>({
      ...about,
      ...{ xTitle: words, yTitle: words, zTitle: words },
      grid,
      path: optional(list(point, many)),
    }),
    regions.surface,
  ),
  heatTable: drawing(
    record<HeatTable>({
      ...about,
      ...{ rowTitle: optional(words), columnTitle: optional(words) },
      ...{ rows: list(words, 1000), columns: list(words, 1000) },
      values: list(list(cell, 1000), 1000),
      digits: optional(whole(0, 20)),
    }),
    ({ digits, ...of }) =>
      heat.heatTable({
        ...of,
        ...(digits !== undefined && { format: (value) => value.toFixed(digits) }),
      }),
  ),
  graph: drawing(
    record<Parameters<typeof graphs.graph>[0]>({
      ...about,
      nodes: list(
        record<graphs.GraphNode>({
          ...{ id: words, label: words },
          kind: oneOf('data', 'parameter', 'operation', 'cost'),
        }),
        10_000,
      ),
      edges: list(
        record<graphs.GraphEdge>({
          ...{ from: words, to: words, label: optional(words) },
          kind: oneOf('forward', 'backward'),
        }),
        10_000,
      ),
    }),
    graphs.graph,
  ),
} as const;

type Sorts = { readonly [Name in keyof typeof sorts]: OfSort<(typeof sorts)[Name]> };

/** A block as data: its sort, and what it is of. */
export type Block = {
  [Name in keyof Sorts]: { readonly is: Name; readonly of: Sorts[Name] };
}[keyof Sorts];

/** Some side by side. */
interface Beside {
  readonly is: 'beside';
  readonly of: readonly Block[];
}

/** What a report has one under the other. */
export type Part = Block | Beside;

const blockOf =
  <Name extends keyof Sorts>(is: Name) =>
  (of: Sorts[Name]): Block =>
    ({ is, of }) as Block;

export const heading = blockOf('heading');
/** Text; between `backticks` code. */
export const paragraph = blockOf('paragraph');
export const table = blockOf('table');
export const gallery = blockOf('gallery');
export const lineChart = blockOf('lineChart');
export const barChart = blockOf('barChart');
export const decisionBoundary = blockOf('decisionBoundary');
export const surface = blockOf('surface');
export const heatTable = blockOf('heatTable');
export const graph = blockOf('graph');
/** Side by side where the page is wide enough. */
export const beside = (...of: readonly Block[]): Beside => ({ is: 'beside', of });

const block: Schema<Block> = (value, place) => {
  const { is, of } = record<{ is: Block['is']; of: unknown }>({
    is: oneOf(...(Object.keys(sorts) as Block['is'][])),
    of: anything,
  })(value, place);
  return { is, of: sorts[is].schema(of, `${place}.of`) } as Block;
};

const row = record<Beside>({
  is: oneOf('beside'),
  of: list(block, 1000),
});

const part: Schema<Part> = (value, place) =>
  (Object(value) as Partial<Part>).is === 'beside' ? row(value, place) : block(value, place);

/** What comes from elsewhere. @throws ValueError that names the place */
export const partsFrom = list(part, 1000);

/**
 * As the report has it.
 *
 * @throws ValueError, ShapeError for what a chart cannot show.
 */
export async function drawn(part: Part): Promise<report.Block> {
  if (part.is === 'beside') return report.beside(...(await Promise.all(part.of.map(drawn))));
  const { draw } = sorts[part.is] as Sort<unknown>;
  return draw(part.of);
}
