import { readFileSync } from 'node:fs';
import * as report from '../report/blocks.js';
import { page, type Section } from '../report/page.js';
import { type Note, notes } from './contents.js';
import { type Experiment, type Finding, numbersOf, type Result } from './experiment.js';

/** An experiment and its results, with what it shows as the report has it. */
export interface Run extends Result {
  readonly experiment: Experiment;
  readonly blocks: readonly report.Block[];
}

/**
 * One HTML file with a section per note: what its experiments show, their equations, the code that ran
 * (taken from the source files), figures, and the results next to the expected numbers.
 */
export function courseReport(
  runs: readonly Run[],
  { data, backend }: { readonly data: string; readonly backend: string },
): string {
  const parts = (Object.keys(notes) as Note[])
    .map((note) => ({ note, runs: runs.filter(({ experiment }) => experiment.note === note) }))
    .filter(({ runs }) => runs.length > 0);
  return page({
    title: 'Neural networks, by hand: the course and its numbers',
    intro: [
      report.paragraph(
        'Every model, experiment and figure of five notes on Course 1 of the Deep Learning Specialization, run again. Each part has the equations, the code that ran, what it drew, and the numbers found beside the numbers expected.',
      ),
      report.card({
        title: 'This run',
        entries: [
          ['pictures', data],
          ['backend', backend],
          [
            'experiments',
            `${runs.filter(({ passed }) => passed).length} of ${runs.length} as expected`,
          ],
          ['seconds', runs.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(0)],
        ],
      }),
    ],
    sections: parts.map(
      ({ note, runs }): Section => ({
        id: `note-${note}`,
        title: `${note}. ${notes[note]}`,
        blocks: runs.flatMap(experimentBlocks),
      }),
    ),
  });
}

function experimentBlocks({ experiment, blocks, ...result }: Run): report.Block[] {
  const { title, text, equations, code } = experiment;
  return [
    report.heading(title),
    ...text.map(report.paragraph),
    report.equations(equations),
    ...blocks,
    ...numbers(result),
    verdict(result),
    ...code.flatMap(({ file, names }) => [
      report.paragraph(`\`src/${file}\``),
      report.listing(source(file), names),
    ]),
  ];
}

function verdict({ expected, passed, seconds }: Result): report.Block {
  const names = Object.keys(expected);
  const took = `${seconds.toFixed(1)} s.`;
  if (names.length === 0) return report.paragraph(`Nothing to compare with here. ${took}`);
  return report.verdict({ passed, text: `${names.join(', ')}: found against expected. ${took}` });
}

/** Results next to expected values: single numbers and short lists. */
function numbers({ found, expected }: Result): report.Block[] {
  const rows = Object.entries(found).flatMap(([name, finding]) => {
    const known = numbersOf(expected[name]);
    const pairs = numbersOf(finding);
    if (pairs.length > 12) return [];
    return pairs.map(([key, value]) => [
      key === '' || isList(finding) ? name : `${name}, ${key}`,
      short(value),
      short(known.find(([other]) => other === key)?.[1]),
    ]);
  });
  if (rows.length === 0) return [];
  return [
    report.table({
      caption: 'Found and expected',
      columns: ['number', 'found', 'expected'],
      rows,
      numeric: [false, true, true],
    }),
  ];
}

const isList = (finding: Finding) => Array.isArray(finding);

function short(value: number | undefined): string {
  if (value === undefined) return '';
  const small = value !== 0 && Math.abs(value) < 1e-3;
  return small ? value.toExponential(2) : String(Number(value.toFixed(6)));
}

/** The package ships its source files next to the compiled ones. */
const source = (file: string): string =>
  readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8');
