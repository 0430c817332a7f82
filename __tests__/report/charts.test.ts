import { describe, expect, test } from '@jest/globals';
import { ValueError } from '../../src/core/errors.js';
import { barChart, lineChart, scatter } from '../../src/report/charts.js';
import { type Element, faults, parse } from './markup.js';

const about = { title: 'Cost', alt: 'The cost falls from 1 to "0.1".' };
const texts = (elements: Element[]) =>
  elements.filter(({ name }) => name === 'text').map(({ text }) => text);

/** Where an axis has a number: the labels' places differ by as much as those of the numbers. */
const labelled = (elements: Element[], axis: 'x' | 'y', label: string): number => {
  const anchor = axis === 'x' ? ['start', 'middle'] : ['end'];
  return elements.find(
    ({ name, text, attributes }) =>
      name === 'text' && text === label && anchor.includes(attributes['text-anchor']),
  )![axis];
};

/** The corners of the line in a colour, in pixels. */
function corners(elements: Element[], colour: string): [number, number][] {
  const line = elements.find(
    ({ name, attributes }) =>
      name === 'path' && attributes.stroke === colour && attributes.d.split(/[ML]/).length > 3,
  )!;
  return line.attributes.d
    .slice(1)
    .split('L')
    .map((corner) => corner.split(',').map(Number))
    .map(([x, y]) => [line.x + x, line.y + y]);
}

/** Text that looks like what Vega's SVG is cleared of. */
const nasty = `a < b & class="c" id="d" 0.12345`;

describe('lineChart', () => {
  const options = {
    ...about,
    x: { title: 'iteration' },
    y: { title: 'cost J (nats)' },
    series: [
      {
        name: 'slow',
        points: [
          [0, 1],
          [1000, 0.6],
          [2000, 0.2],
        ],
      },
      {
        name: nasty,
        points: [
          [0, 1],
          [1000, 0.2],
          [2000, 0],
        ],
      },
    ] as const,
  };

  test('has titles, a legend, alt text, and nothing that is no drawing', async () => {
    const { title, alt, svg } = await lineChart(options);
    expect({ title, alt }).toEqual(about);
    const elements = parse(svg);
    expect(faults(svg)).toEqual([]);
    expect(elements[0].attributes).toMatchObject({ role: 'img', 'aria-label': about.alt });
    expect(texts(elements)).toEqual(
      expect.arrayContaining(['iteration', 'cost J (nats)', 'slow', nasty]),
    );
  });

  test('every point is where the axes say', async () => {
    const elements = parse((await lineChart(options)).svg);
    const [from, , to] = corners(elements, 'var(--series-1)');
    const [, below] = corners(elements, 'var(--series-2)');
    const x = (label: string) => labelled(elements, 'x', label);
    const y = (label: string) => labelled(elements, 'y', label);
    expect(to[0] - from[0]).toBeCloseTo(x('2,000') - x('0'), 0);
    expect(to[1] - from[1]).toBeCloseTo(y('0.2') - y('1.0'), 0);
    expect(below[0] - from[0]).toBeCloseTo(x('1,000') - x('0'), 0);
    expect(below[1]).toBeCloseTo(to[1], 1);
    expect(to[1]).toBeGreaterThan(from[1]); // down
  });

  test('equal factors are equal ways on logarithmic axes', async () => {
    const points = [
      [1e-6, 1e-8],
      [1e-4, 1e-4],
      [1e-2, 1],
    ] as const;
    const log = { title: 'h', log: true };
    const { svg } = await lineChart({ ...about, x: log, y: log, series: [{ name: 'e', points }] });
    const elements = parse(svg);
    const [a, b, c] = corners(elements, 'var(--series-1)');
    expect(b[0] - a[0]).toBeCloseTo(c[0] - b[0], 1);
    expect(b[1] - a[1]).toBeCloseTo(c[1] - b[1], 1);
    expect(c[0] - a[0]).toBeCloseTo(
      labelled(elements, 'x', '0.01') - labelled(elements, 'x', '1e-6'),
      0,
    );
  });

  test('a logarithmic axis over one decade or two has 1, 2 and 5, over more the powers of ten', async () => {
    const log = { title: 'J', log: true };
    const labels = async (least: number) => {
      const points = [
        [1, least],
        [2, 1],
      ] as const;
      const chart = { ...about, x: { title: 'i' }, y: log, series: [{ name: 'J', points }] };
      return parse((await lineChart(chart)).svg)
        .filter(({ name, attributes }) => name === 'text' && attributes['text-anchor'] === 'end')
        .map(({ text }) => text);
    };
    expect(await labels(0.05)).toEqual(['0.01', '0.02', '0.05', '0.1', '0.2', '0.5', '1']);
    expect(await labels(1e-4)).toEqual(['1e-4', '0.001', '0.01', '0.1', '1']);
    expect(await labels(1e-12)).toEqual(['1e-12', '1e-10', '1e-8', '1e-6', '1e-4', '0.01', '1']);
  });

  test.each<[string, [number, number][], { log?: boolean }]>([
    ['"Cost" has no points', [], {}],
    [
      'y of point 1 of J is NaN',
      [
        [0, 1],
        [1, Number.NaN],
      ],
      {},
    ],
    ['x of point 0 of J is Infinity', [[Number.POSITIVE_INFINITY, 1]], {}],
    ['y of point 0 of J is 0; a logarithmic axis shows', [[0, 0]], { log: true }],
  ])('refuses: %s', async (message, points, log) => {
    const chart = lineChart({
      ...about,
      x: { title: 'x' },
      y: { title: 'y', ...log },
      series: [{ name: 'J', points }],
    });
    await expect(chart).rejects.toThrow(ValueError);
    await expect(chart).rejects.toThrow(message);
  });
});

describe('a place that stands out', () => {
  const points = [
    [0, 4],
    [10, 3],
    [20, 1],
  ] as const;
  const axes = { x: { title: 'epoch' }, y: { title: 'cost' } };
  const drawn = async (x: number, more: object[] = []) => {
    const series = [{ name: 'J', points }, ...(more as [])];
    const { svg } = await lineChart({ ...about, ...axes, series, mark: { x, text: 'best <10>' } });
    expect(faults(svg)).toEqual([]);
    return parse(svg);
  };
  const rule = (elements: Element[]) =>
    elements.find(({ attributes }) => attributes['stroke-dasharray'] === '4,4')!;

  test('has a line at its x and its words above', async () => {
    const elements = await drawn(10);
    const words = elements.find(({ text }) => text === 'best <10>')!;
    const [, [x, y]] = corners(elements, 'var(--series-1)');
    expect(rule(elements).x).toBeCloseTo(x, 0);
    expect(words.x).toBeCloseTo(x, 0);
    expect(words.y).toBeLessThan(y);
    expect(words.attributes['text-anchor']).toBe('middle');
  });

  test('has its words inside at the ends, and below the legend', async () => {
    const [first] = (await drawn(0)).filter(({ text }) => text === 'best <10>');
    expect(first.attributes['text-anchor'] ?? 'start').toBe('start');
    const elements = await drawn(20, [{ name: 'other', points }]);
    const at = (wanted: string) => elements.find(({ text }) => text === wanted)!;
    expect(at('best <10>').attributes['text-anchor']).toBe('end');
    expect(at('best <10>').y - at('other').y).toBeGreaterThan(12);
  });

  test('is refused where it is no number', async () => {
    await expect(drawn(Number.NaN)).rejects.toThrow('the mark best <10> is NaN');
  });
});

test('refuses two series of one name', async () => {
  const one = { name: 'J', points: [[0, 1]] as const };
  const axes = { x: { title: 'x' }, y: { title: 'y' } };
  await expect(lineChart({ ...about, ...axes, series: [one, one] })).rejects.toThrow(
    'lineChart: two series are called "J"; give each a name of its own.',
  );
});

describe('scatter', () => {
  const points = [
    { x: -2, y: 1, label: 0 },
    { x: 0, y: -1, label: 1 },
    { x: 2, y: 0, label: 1 },
  ];
  const options = { ...about, xTitle: 'x1', yTitle: 'x2', points };
  const marks = (elements: Element[], colour: string) =>
    elements.filter(
      ({ name, attributes }) =>
        name === 'path' && attributes.fill === colour && attributes.stroke === 'var(--back)',
    );

  test('a mark for each point, in the colour of its class, where the axes say', async () => {
    const { svg } = await scatter({ ...options, classes: ['red', 'blue'] });
    const elements = parse(svg);
    expect(faults(svg)).toEqual([]);
    expect(texts(elements)).toEqual(expect.arrayContaining(['x1', 'x2', 'red', 'blue']));
    const legend = elements.filter(({ text }) => ['red', 'blue'].includes(text));
    // The signs of the legend stand beside its words.
    const inPlot = ({ y }: Element) => legend.every((word) => Math.abs(word.y - y) > 10);
    const [red] = marks(elements, 'var(--series-1)').filter(inPlot);
    const blue = marks(elements, 'var(--series-2)').filter(inPlot);
    expect(blue).toHaveLength(2);
    expect(blue[1].x - red.x).toBeCloseTo(
      labelled(elements, 'x', '2.0') - labelled(elements, 'x', '−2.0'),
      0,
    );
    expect(blue[0].y - red.y).toBeCloseTo(
      labelled(elements, 'y', '−1.0') - labelled(elements, 'y', '1.0'),
      0,
    );
    expect(red.attributes.d).not.toBe(blue[0].attributes.d);
  });

  test.each([
    ['"Cost" has no points', { points: [] }],
    ['two classes are called "a"', { classes: ['a', 'a'] }],
    ['point 1 has the label 1; with 1 classes give 0 to 0', { classes: 1 }],
    ['point 0 has the label 0.5', { points: [{ x: 0, y: 0, label: 0.5 }] }],
    ['y of point 0 is NaN', { points: [{ x: 0, y: Number.NaN, label: 0 }] }],
  ])('refuses: %s', async (message, wrong) => {
    await expect(scatter({ ...options, ...wrong })).rejects.toThrow(message);
  });
});

describe('barChart', () => {
  const options = {
    ...about,
    nameTitle: 'hidden units',
    valueTitle: 'accuracy (%)',
    bars: [
      { name: '4', value: 90.75 },
      { name: '50 units of one layer', value: 45.375 },
    ],
  };

  test('bars as long as their values, with their numbers', async () => {
    const { svg } = await barChart(options);
    const elements = parse(svg);
    expect(faults(svg)).toEqual([]);
    expect(texts(elements)).toEqual(
      expect.arrayContaining([...Object.values(options).slice(2, 4), '90.75', '45.38', '4']),
    );
    expect(texts(elements)).toContain('50 units of one layer'); // not cut off
    const lengths = elements
      .filter(({ attributes }) => attributes.fill === 'var(--series-1)')
      .map(({ attributes }) => Number(attributes.d.match(/h([\d.]+)/)![1]));
    expect(lengths).toHaveLength(2);
    expect(lengths[0] / lengths[1]).toBeCloseTo(2, 1);
  });

  test('zeros are bars of no length', async () => {
    const { svg } = await barChart({ ...options, bars: [{ name: 'a', value: 0 }] });
    expect(faults(svg)).toEqual([]);
  });

  test('refuses none, and what is not finite', async () => {
    await expect(barChart({ ...options, bars: [] })).rejects.toThrow('"Cost" has no bars');
    const bars = [{ name: 'J', value: Number.NaN }];
    await expect(barChart({ ...options, bars })).rejects.toThrow('barChart: J is NaN');
  });
});
