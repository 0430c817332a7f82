import { describe, expect, test } from '@jest/globals';
import { ValueError } from '../../src/core/errors.js';
import * as blocks from '../../src/course/blocks.js';
import { throughJson } from '../../src/jobs/kind.js';
import * as report from '../../src/report/blocks.js';
import * as charts from '../../src/report/charts.js';
import { graph } from '../../src/report/graph.js';
import { heatTable } from '../../src/report/heatTable.js';
import * as regions from '../../src/report/regions.js';

const about = { title: 'A title', alt: 'What it shows' };
const points = [
  { x: 0, y: 0, label: 0 },
  { x: 1, y: 1, label: 1 },
];
const grid = {
  ...{ x: [0, 1] as const, y: [0, 2] as const, columns: 2, rows: 2 },
  values: [0, 0.2, 0.7, 1],
};
const lines = {
  ...{ ...about, x: { title: 'x', log: true }, y: { title: 'y' } },
  series: [{ name: 'J', points: [[1, 2] as const, [10, 3] as const] }],
  mark: { x: 2, text: 'here' },
};
const bars = { ...about, valueTitle: 'v', nameTitle: 'n', bars: [{ name: 'a', value: 2 }] };
const plane = { ...about, xTitle: 'x', yTitle: 'y', points, classes: ['one', 'other'], grid };
const valley = {
  ...{ ...about, xTitle: 'w', yTitle: 'b', zTitle: 'J', grid },
  path: [[0, 0] as const, [1, 1] as const],
};
const heat = { ...about, rows: ['r'], columns: ['c', 'd'], values: [[1.25, '–']], rowTitle: 'row' };
const edges = {
  ...about,
  nodes: [
    { id: 'a', label: 'a\n5', kind: 'data' as const },
    { id: 'J', label: 'J', kind: 'cost' as const },
  ],
  edges: [{ from: 'a', to: 'J', kind: 'forward' as const, label: '5' }],
};
const cells = {
  ...{ caption: 'Costs', columns: ['i', 'J'], rows: [['0', 0.5]] },
  numeric: [true, true],
};
const pictures = {
  ...about,
  pictures: [{ uri: 'data:image/png;base64,AAAA', alt: 'one', caption: ['one', 'a cat'] }],
};

/** Each sort, and what the report makes of the same when it is asked itself. */
const sorts: [string, blocks.Block, () => report.Block | Promise<report.Block>][] = [
  ['heading', blocks.heading('How wide'), () => report.heading('How wide')],
  ['paragraph', blocks.paragraph('`a` < b, $5'), () => report.note('`a` < b, $5')],
  ['table', blocks.table(cells), () => report.table(cells)],
  ['gallery', blocks.gallery(pictures), () => report.gallery(pictures)],
  ['lineChart', blocks.lineChart(lines), async () => report.figure(await charts.lineChart(lines))],
  ['barChart', blocks.barChart(bars), async () => report.figure(await charts.barChart(bars))],
  [
    'decisionBoundary',
    blocks.decisionBoundary(plane),
    async () => report.figure(await regions.decisionBoundary(plane)),
  ],
  ['surface', blocks.surface(valley), async () => report.figure(await regions.surface(valley))],
  [
    'heatTable',
    blocks.heatTable({ ...heat, digits: 1 }),
    async () => report.figure(await heatTable({ ...heat, format: (value) => value.toFixed(1) })),
  ],
  ['graph', blocks.graph(edges), () => report.figure(graph(edges))],
];

test.each(sorts)('%s: out of JSON, as the report draws it', async (_, block, drawn) => {
  const [read] = blocks.partsFrom(throughJson([block]), 'The parts');
  expect(read).toEqual(block);
  expect((await blocks.drawn(read)).html).toEqual((await drawn()).html);
});

test('side by side', async () => {
  const [, [, heading]] = [0, sorts[0]];
  const [, paragraph] = sorts[1];
  const [read] = blocks.partsFrom(throughJson([blocks.beside(heading, paragraph)]), 'The parts');
  const expected = report.beside(report.heading('How wide'), report.note('`a` < b, $5'));
  expect((await blocks.drawn(read)).html).toEqual(expected.html);
});

describe('what comes from elsewhere', () => {
  const hostile = '<script>alert(1)</script>';

  test.each(sorts)('%s: a text is text', async (_, block) => {
    const everywhere = JSON.parse(JSON.stringify(block), (key, value) =>
      ['title', 'alt', 'text', 'caption', 'name'].includes(key) && typeof value === 'string'
        ? hostile
        : value,
    );
    const [read] = blocks.partsFrom([everywhere], 'The parts');
    expect(String((await blocks.drawn(read)).html)).not.toContain('<script');
  });

  const chart = (more: object) => ({ is: 'lineChart', of: { ...lines, ...more } });
  const picture = (uri: string) => ({
    is: 'gallery',
    of: { ...about, pictures: [{ uri, alt: '', caption: [] }] },
  });
  test.each<[string, unknown]>([
    ['The parts[0].is is not one of heading, ', { is: 'html', of: hostile }],
    ['The parts[0].is is not one of heading, ', { is: 'constructor', of: hostile }],
    ['The parts[0].is is not one of heading, ', { html: hostile }],
    ['The parts[0] is not an object.', hostile],
    ['The parts[0].of is missing.', { is: 'paragraph' }],
    ['The parts[0].of is not a heading without TeX.', { is: 'heading', of: '$\\href{x}{y}$' }],
    ['The parts[0].of.title is not a text', chart({ title: { html: hostile } })],
    ['The parts[0].of.series[0].points[0][1] is not a number.', chart({ series: [{ name: 'J', points: [[0, '1']] }] })], // biome-ignore format: one line
    ['The parts[0].of.series[0].points[0][1] is not a number.', chart({ series: [{ name: 'J', points: [[0, Number.NaN]] }] })], // biome-ignore format: one line
    ['The parts[0].of.pictures[0].uri is not a PNG', picture('https://example.org/a.png')],
    ['The parts[0].of.pictures[0].uri is not a PNG', picture('data:image/svg+xml;base64,AAAA')],
    ['The parts[0].of.pictures[0].uri is not a PNG', picture('data:image/png;base64,A" onerror="')],
    ['The parts[0].of[0].is is not one of', blocks.beside(blocks.beside() as never)],
    ['The parts[0].of is not a list', { is: 'beside', of: { length: 1 } }],
  ])('%s', (sentence, part) => {
    const read = () => blocks.partsFrom([part], 'The parts');
    expect(read).toThrow(ValueError);
    expect(read).toThrow(sentence);
  });

  test('of what has more, the rest is left behind', () => {
    const more = { ...chart({ spec: hostile, html: hostile }), html: hostile };
    expect(JSON.stringify(blocks.partsFrom([more], 'The parts'))).not.toContain('script');
  });
});
