import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { ShapeError, ValueError } from '../../src/core/errors.js';
import * as blocks from '../../src/report/blocks.js';
import { barChart, lineChart, scatter } from '../../src/report/charts.js';
import type { Figure } from '../../src/report/figure.js';
import { graph } from '../../src/report/graph.js';
import { heatTable } from '../../src/report/heatTable.js';
import { page } from '../../src/report/page.js';
import { decisionBoundary, surface } from '../../src/report/regions.js';
import { pageStyle } from '../../src/report/style.js';
import { look, readers, startChromium } from '../support/chromium.js';
import { withChromium } from '../support/needs.js';
import { faults, parse } from './markup.js';

const nasty = `<script>alert("1")</script> & 'x' $\\frac$`;
const uri =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const about = { title: 'A figure', alt: 'What it shows', xTitle: 'x1', yTitle: 'x2' };
const points = [
  { x: -1, y: 1, label: 0 },
  { x: 1, y: -1, label: 1 },
];
const grid = {
  x: [-2, 2],
  y: [-2, 2],
  columns: 9,
  rows: 9,
  values: Array.from({ length: 81 }, (_, i) => (i % 9) / 8),
} as const;
const path = [
  [-1, 1],
  [0, 0],
] as const;
const series = ['a', 'b', nasty].map((name, k) => ({
  name,
  points: [
    [1, 1 + k],
    [2, 3],
  ] as const,
}));

let figures: Figure[];
let html: string;
beforeAll(async () => {
  figures = [
    await lineChart({ ...about, x: { title: 'i' }, y: { title: 'J' }, series }),
    await scatter({ ...about, points }),
    await decisionBoundary({ ...about, points, grid }),
    await decisionBoundary({ ...about, points, grid }),
    await surface({ ...about, zTitle: 'J', grid, path }),
    await heatTable({
      ...about,
      rows: ['a', 'b'],
      columns: ['c', 'd'],
      values: [
        [1, 2],
        [3, 4],
      ],
    }),
    await barChart({
      ...about,
      nameTitle: 'n',
      valueTitle: 'v',
      bars: [{ name: 'a < b', value: 3 }],
    }),
    graph({
      ...about,
      nodes: Array.from({ length: 12 }, (_, i) => ({
        id: `${i}`,
        label: `node ${i}`,
        kind: 'operation',
      })),
      edges: Array.from({ length: 11 }, (_, i) => ({
        from: `${i}`,
        to: `${i + 1}`,
        kind: 'forward',
      })),
    }),
  ];
  html = page({
    title: nasty,
    intro: nasty,
    sections: [
      { id: 'figures', title: 'Figures', blocks: [blocks.beside(...figures.map(blocks.figure))] },
      {
        id: 'rest',
        title: nasty,
        blocks: [
          blocks.heading('A & B'),
          blocks.paragraph(`<i> costs $J$ in \`train()\`; 5 $ a piece`),
          blocks.note(`${nasty}, $5 and $6`),
          blocks.equations(['dW = \\frac{1}{m} dZ A^T', `J = ${'a + '.repeat(99)}b`]),
          blocks.listing(`const wide = '${'x'.repeat(300)}'; // ${nasty}\n`),
          blocks.table({
            caption: nasty,
            columns: ['name', ...Array.from({ length: 20 }, (_, i) => `column ${i}`)],
            rows: [[nasty, ...Array(20).fill(0.693049735659989)]],
          }),
          blocks.verdict({ passed: false, text: nasty }),
          blocks.warning('the set is small'),
          blocks.verdict({ passed: true, text: 'all 26 costs agree' }),
          blocks.card({
            title: nasty,
            entries: [
              ['sha-256', 'a'.repeat(64)],
              [nasty, 1],
            ],
          }),
          blocks.gallery({
            ...about,
            pictures: [{ uri, alt: nasty, caption: [nasty, 'dark'] }],
          }),
          ...figures.slice(2, 4).map(blocks.figure),
        ],
      },
    ],
  });
});

test('one file: nothing to load, no script, ids once, every text escaped', () => {
  const body = html.slice(html.indexOf('<body>')).replace('</html>\n', '');
  expect(faults(body)).toEqual([]);
  const elements = parse(body);
  expect(elements.filter(({ name }) => name === 'script' || name === 'b')).toEqual([]);
  expect(html).not.toMatch(/@import|url\((?!#)/);
  expect(html.slice(0, html.indexOf('<body>'))).toContain(
    '<title>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39; $\\frac$</title>',
  );
  const texts = elements.map(({ text }) => text);
  // h1, intro, contents, h2, caption, cell, card, its name, gallery, the verdict; a series of the chart.
  expect(texts.filter((text) => text.trim() === nasty)).toHaveLength(11);
  expect(texts).toContain('A & B');
  expect(texts).toContain(`${nasty}, $5 and $6`);
  expect(texts).toContain('<i> costs  in ; 5 $ a piece');
  expect(texts).toEqual(expect.arrayContaining(['train()', 'dark', ' the set is small']));
  expect(elements.filter(({ name }) => name === 'math')).toHaveLength(3);
});

test('contents lead to the sections', () => {
  const elements = parse(html.slice(html.indexOf('<body>')).replace('</html>\n', ''));
  const links = elements
    .filter(({ name }) => name === 'a')
    .map(({ attributes }) => attributes.href);
  const sections = elements.filter(({ name }) => name === 'section');
  expect(links).toEqual(sections.map(({ attributes }) => `#${attributes.id}`));
  expect(links).toEqual(['#figures', '#rest']);
});

test('a column of numbers stands on the right', () => {
  const { html } = blocks.table({
    caption: 'c',
    columns: ['a', 'b', 'c'],
    rows: [
      [1, 'x', 1],
      [2, 3, 'y'],
    ],
  });
  const cells = parse(html).filter(({ name }) => name === 'td');
  expect(cells.map(({ attributes }) => attributes.class)).toEqual([
    'numeric',
    undefined,
    undefined,
    'numeric',
    undefined,
    undefined,
  ]);
});

test('refuses ids that are none or twice, and tables with holes', () => {
  const of =
    (...ids: string[]) =>
    () =>
      page({ title: 't', intro: '', sections: ids.map((id) => ({ id, title: id, blocks: [] })) });
  expect(of('a', 'a')).toThrow(ValueError);
  expect(of('a', 'a')).toThrow('page: two sections have the id "a"');
  expect(of('"a b"')).toThrow('page: the id ""a b"" is none');
  const table = () => blocks.table({ caption: 'c', columns: ['a', 'b'], rows: [[1, 2], [3]] });
  const picture = { uri: 'https://example.org/cat.png', alt: 'a cat', caption: [] };
  expect(() => blocks.gallery({ ...about, pictures: [picture] })).toThrow(
    'gallery: picture 0 is no data URI of an image.',
  );
  expect(table).toThrow(ShapeError);
  expect(table).toThrow('table: row 1 of "c" has 1 cells for 2 columns.');
});

describe('colours', () => {
  const [light, dark] = (() => {
    const themes = [{}, {}] as Record<string, string>[];
    const parts = pageStyle.matchAll(
      /(@media screen and \(prefers-color-scheme:dark\)\{)?:root\{([^}]*)\}/g,
    );
    for (const [, isDark, rules] of parts) {
      for (const [, name, colour] of rules.matchAll(/--([\w-]+):(#\w+)/g)) {
        themes[isDark ? 1 : 0][name] = colour;
      }
    }
    return themes;
  })();

  /** Contrast by WCAG 2.2: (L1 + 0.05) / (L2 + 0.05) of the relative luminances. */
  const contrast = (a: string, b: string) => {
    const luminance = (colour: string) => {
      const [R, G, B] = [1, 3, 5]
        .map((i) => Number.parseInt(colour.slice(i, i + 2), 16) / 255)
        .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
      return 0.2126 * R + 0.7152 * G + 0.0722 * B;
    };
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };

  test('the measure: black on white is 21', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 10);
  });
  test('dark has every colour of light', () => {
    expect(Object.keys(dark)).toEqual(Object.keys(light));
    expect(Object.keys(light).length).toBeGreaterThan(30);
  });
  test.each([
    ['light', light],
    ['dark', dark],
  ])('%s: text 4.5, marks 3', (_, theme) => {
    const weak: string[] = [];
    const demand = (ink: string, ground: string, least: number) => {
      if (contrast(theme[ink], theme[ground]) < least) weak.push(`${ink} on ${ground}`);
    };
    for (const ink of ['text', 'quiet', 'forward', 'backward']) demand(ink, 'back', 4.5);
    for (const ground of ['code', 'card', 'region-3', 'region-5']) demand('text', ground, 4.5);
    demand('right', 'right-back', 4.5);
    demand('wrong', 'wrong-back', 4.5);
    for (const k of [1, 3, 4, 5]) demand(`series-${k}`, 'code', 4.5); // of listings
    for (let k = 1; k <= 8; k++) {
      demand(`series-${k}`, 'back', 3);
      demand(`series-${k}`, `region-${k}`, 3);
    }
    for (let k = 0; k < 10; k++) demand(k < 5 ? 'on-low' : 'on-high', `level-${k}`, 4.5);
    expect(weak).toEqual([]);
  });
});

withChromium.describe('in Chromium', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    browser = await startChromium();
    folder = await mkdtemp(join(tmpdir(), 'handgrad-page-'));
    await writeFile(join(folder, 'index.html'), html);
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test.each(readers)(
    '$width pixels, $colorScheme: every figure is drawn and fits',
    async (reader) => {
      const { seen, errors, outside, sideways } = await look(
        browser,
        join(folder, 'index.html'),
        reader,
        (page) =>
          page.evaluate(() => ({
            drawings: [...document.querySelectorAll('svg')].map(
              (svg) => svg.getBoundingClientRect().width,
            ),
            smallest: Math.min(
              ...[...document.querySelectorAll<SVGTextElement>('svg text')].map((text) => {
                const { a, b } = text.getScreenCTM()!;
                return Number.parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b);
              }),
            ),
            ink: getComputedStyle(document.querySelector('svg text')!).fill,
            back: getComputedStyle(document.body).backgroundColor,
          })),
      );
      expect([...errors, ...outside]).toEqual([]);
      expect(sideways).toBe(0);
      expect(seen.drawings).toHaveLength(figures.length + 2);
      expect(Math.min(...seen.drawings)).toBeGreaterThan(300);
      expect(seen.smallest).toBeGreaterThanOrEqual(11);
      expect(seen.ink).not.toBe('rgb(0, 0, 0)'); // what a colour becomes that the page does not know
      expect(seen.back).toBe(
        reader.colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(17, 22, 29)',
      );
    },
  );
});
