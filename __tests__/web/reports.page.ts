import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { courseReport, type Run } from '../../src/course/courseReport.js';
import { inMemory } from '../../src/data/sampleSet.js';
import { gradesHtml } from '../../src/oracle/grade/html.js';
import { reportHtml } from '../../src/oracle/report/html.js';
import * as blocks from '../../src/report/blocks.js';
import { barChart, lineChart, scatter } from '../../src/report/charts.js';
import { graph } from '../../src/report/graph.js';
import { heatTable } from '../../src/report/heatTable.js';
import { page } from '../../src/report/page.js';
import { decisionBoundary, surface } from '../../src/report/regions.js';
import { evaluationPage } from '../../src/report/training/evaluationPage.js';
import { type ClassJudgement, type JudgedPart, judge } from '../../src/report/training/judged.js';
import { trainingPage } from '../../src/report/training/trainingPage.js';
import { wrong } from '../oracle/report/examples.js';
import { axeOf } from '../support/axe.js';
import { readers } from '../support/chromium.js';
import { withChromium } from '../support/needs.js';
import { inTexts, payloads } from '../support/payloads.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { inChromium } from './inChromium.js';
import { watched } from './nothingRuns.js';

/** Every text that is in a value, each as `to` makes it; numbers and functions stay. */
function everyText<T>(value: T, to: (text: string) => string, keep: readonly string[] = []): T {
  if (typeof value === 'string') return to(value) as T;
  if (Array.isArray(value)) return value.map((part) => everyText(part, to, keep)) as T;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      keep.includes(name) ? part : everyText(part, to, keep),
    ]),
  ) as T;
}

const uri =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const history = {
  unit: 'epoch' as const,
  cost: [[1, 0.5] as const, [2, 0.25] as const],
};

/** A part of three classes in rows of two numbers, some of them called wrongly. */
function partOf(name: string, text: string): JudgedPart<ClassJudgement> {
  const set = inMemory(Float32Array.of(1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 90), {
    shape: [2],
    origin: (i) => `${text} ${i}`,
    targets: {
      kind: 'classes',
      labels: Int32Array.of(0, 1, 2, 0, 1, 0),
      classes: ['a', 'b', 'c'].map((one) => `${text}${one}`),
    },
  });
  const p = [0.7, 0.2, 0.1, 0.9, 0.1, 0, 0.5, 0.3, 0.2, 0.6, 0.2, 0.2, 0.1, 0.8, 0.1, 1, 0, 0];
  return judge(`${name}${text}`, set, Float64Array.from(p)) as JudgedPart<ClassJudgement>;
}

const dataOf = (text: string) => ({
  name: text,
  format: 'csv',
  input: {
    kind: 'table' as const,
    columns: ['x', 'y'].map((name) => ({ name: `${text}${name}`, kind: 'number' as const })),
    target: [text],
  },
  files: [],
  notes: [text],
});

const run = (text: string) => ({
  title: text,
  stopped: text,
  warnings: [text],
  facts: [[text, text] as const],
  history,
  parts: [partOf('training', text), partOf('test', text)],
  data: dataOf(text) as never,
  gradients: [blocks.note(text)],
  more: [{ id: 'more', title: text, blocks: [blocks.note(text)] }],
  card: [blocks.note(text), blocks.card({ title: text, entries: [[text, text]] })],
});

/** Drawings with a text wherever one can be given. */
async function drawn(text: string): Promise<string> {
  const about = { title: text, alt: text, xTitle: text, yTitle: text };
  const points = [
    { x: -1, y: 1, label: 0 },
    { x: 1, y: -1, label: 1 },
  ];
  const values = Array.from({ length: 81 }, (_, i) => (i % 9) / 8);
  const grid = { x: [-2, 2], y: [-2, 2], columns: 9, rows: 9, values } as const;
  const line = { name: text, points: [[1, 1] as const, [2, 3] as const] };
  const figures = [
    await lineChart({
      ...about,
      x: { title: text },
      y: { title: text },
      series: [line, { ...line, name: `${text}2` }],
      mark: { x: 2, text },
    }),
    await scatter({ ...about, points, classes: [text, `${text}2`] }),
    await heatTable({
      ...about,
      rowTitle: text,
      columnTitle: text,
      rows: [text],
      columns: [text],
      values: [[1]],
    }),
    await heatTable({ ...about, rows: ['a', 'b'], columns: ['c'], values: [[text], [1]] }),
    await barChart({
      ...about,
      nameTitle: text,
      valueTitle: text,
      bars: [{ name: text, value: 3 }],
    }),
    await decisionBoundary({ ...about, points, grid, classes: [text, `${text}2`] }),
    await surface({ ...about, zTitle: text, grid }),
    graph({
      ...about,
      nodes: ['a', 'b'].map((id) => ({ id, label: text, kind: 'operation' as const })),
      edges: [{ from: 'a', to: 'b', kind: 'forward', label: text }],
    }),
  ];
  return page({
    title: text,
    intro: text,
    sections: [
      {
        id: 'all',
        title: text,
        blocks: [
          ...figures.map(blocks.figure),
          blocks.heading(text.replaceAll('$', '')),
          blocks.paragraph(text.replaceAll('$', '')),
          blocks.note(text),
          blocks.warning(text),
          blocks.verdict({ passed: false, text }),
          blocks.listing(text),
          blocks.equations(['dW = \\frac{1}{m} dZ A^T']),
          blocks.gallery({ ...about, pictures: [{ uri, alt: text, caption: [text] }] }),
          blocks.table({ caption: text, columns: [text, text], rows: [[text, 1]] }),
        ],
      },
    ],
  });
}

/** Each kind of page that handgrad writes, with a text in every field that anyone's text can get into. */
const kinds: Readonly<Record<string, (text: string) => string | Promise<string>>> = {
  check: (text) => {
    const say = () => text;
    const hostile = everyText(wrong, say, ['verdict', 'precision']);
    return reportHtml(
      {
        ...hostile,
        notes: [text],
        causes: [
          { ...hostile.causes[0], correction: text, counterfactual: text, alternatives: [text] },
        ],
        // As code in the same process can have it.
        parameters: [
          ...hostile.parameters,
          { ...hostile.parameters[0], problem: text, shape: [text] as never },
          { ...hostile.parameters[0], shape: Object.assign([2], { join: say }) as never },
        ],
      },
      { title: text },
    );
  },
  grade: (text) => {
    const grade = {
      file: text,
      passed: false,
      right: 1,
      gradients: 2,
      firstWrong: text,
      cause: text,
    };
    return gradesHtml([grade, { ...grade, differs: text }], { title: text });
  },
  train: (text) => trainingPage(run(text)),
  evaluate: (text) => evaluationPage({ ...run(text), part: partOf('test', text) }),
  course: (text) => {
    const found = { [text]: 1 };
    const expected = { [text]: 1 };
    const shown = { title: 't', text: [], equations: [], code: [] };
    const experiment = { note: '000', ...shown } as unknown as Run['experiment'];
    const shownBlocks = [blocks.note(text)];
    const run = { experiment, found, expected, passed: true, seconds: 1, blocks: shownBlocks };
    return courseReport([run], { data: text, backend: text });
  },
  drawings: drawn,
};

withChromium.describe('reports in Chromium', () => {
  const opened = inChromium();
  const folder = temporaryFolder();
  const file = join(folder, 'report.html');

  async function faultsOf(html: string, withPolicy = false): Promise<string[]> {
    writeFileSync(file, html);
    const { page, faults } = await watched(opened.browser, { withPolicy });
    await page.goto(pathToFileURL(file).href);
    await page.waitForTimeout(60); // what is loaded fails, and says so
    const found = await faults();
    await page.context().close();
    return found;
  }

  test('there are payloads enough', () => {
    expect(new Set(payloads).size).toBeGreaterThanOrEqual(200);
  });

  describe.each(Object.keys(kinds))('%s', (kind) => {
    test('each payload in every field: nothing runs, though no policy holds it', async () => {
      for (const text of inTexts(40)) expect(await faultsOf(await kinds[kind](text))).toEqual([]);
    });

    test('its policy holds what is not escaped', async () => {
      const html = await kinds[kind]('here');
      const open = html.replaceAll('</h1>', `</h1>${inTexts(400).join(' ')}`);
      const unheld = (await faultsOf(open)).filter((fault) =>
        /scripts ran|a request|went|a window/.test(fault),
      );
      expect(unheld).not.toEqual([]); // so that the payloads are some
      const held = (await faultsOf(open, true)).filter((fault) =>
        /scripts ran|a window/.test(fault),
      );
      expect(held).toEqual([]);
    });

    test.each(readers)('axe: $width pixels, $colorScheme', async (reader) => {
      writeFileSync(file, await kinds[kind]('here'));
      const { width, colorScheme } = reader;
      const page = await opened.browser.newPage({
        viewport: { width, height: 900 },
        colorScheme,
        bypassCSP: true,
      });
      await page.goto(pathToFileURL(file).href);
      expect(await axeOf(page)).toEqual([]);
      await page.close();
    });
  });

  test('a report whose escape is taken back is seen', async () => {
    const html = String(await kinds.check('<img src=x onerror="window.ran=1">'));
    const disarmed = html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"');
    expect(await faultsOf(disarmed)).toContain('1 scripts ran');
  });
});
