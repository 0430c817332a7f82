import { assertOptions } from '../../core/options.js';
import { table as blocksOf } from '../../text/table.js';
import { printable } from '../../text/words.js';
import { hang } from '../../text/wrap.js';
import type { Cause, GradientReport, ParameterReport, StageReport } from '../report.js';
import {
  countsSentence,
  inheritsSomewhere,
  magnitude,
  precisionSentence,
  shapeOf,
  stageLegend,
  unknownCause,
  verdictSentence,
  worstElement,
  wrongElements,
} from './words.js';

/** Columns, where the terminal has as many or is none. */
const maxWidth = 96;

/**
 * The report as a person reads it in a terminal: the verdict, what explains it, and how the
 * corrected line reads; then a line for each parameter, the stages, and what was compared. Plain
 * text in at most 96 columns, or as many as `width` says (names and formulas are never cut), without a
 * newline at its end.
 */
export function reportText(report: GradientReport, options: { width?: number } = {}): string {
  assertOptions('reportText', options, { width: true });
  const { width: columns = maxWidth } = options;
  const width = Math.min(columns, maxWidth);
  const blocks = [
    report.passed
      ? [verdictSentence(report), accuracy(report)].flatMap((text) => hang('', text, width))
      : hang('', verdictSentence(report), width),
    ...(report.passed ? [] : explanations(report, width)),
    table(report.parameters, width),
    report.passed ? [] : stageLines(report.stages, width),
    footer(report, width),
  ];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => block.map(printable).join('\n'))
    .join('\n\n');
}

function accuracy({ maxRelativeError, parameters }: GradientReport): string {
  const worst = parameters.find((p) => p.maxRelativeError === maxRelativeError);
  const where = worst === undefined ? '' : `, in ${worst.name}`;
  return `The largest relative error is ${magnitude(maxRelativeError)}${where}.`;
}

function explanations(report: GradientReport, width: number): string[][] {
  const unknown = unknownCause(report);
  if (unknown !== undefined) return [hang('', unknown, width)];
  const several = report.causes.length > 1;
  return report.causes.map((cause, i) => explanation(cause, several ? `${i + 1}. ` : '', width));
}

/** The sentence, and under it the corrected line, what it would mend, and what else it may be. */
function explanation(cause: Cause, number: string, width: number): string[] {
  const indent = ' '.repeat(number.length);
  const entry = (label: string, text?: string): string[] =>
    (text?.split('\n') ?? []).flatMap((line, i) =>
      hang(`${indent}  ${(i === 0 ? label : '').padEnd(9)}`, line, width),
    );
  return [
    ...hang(number, cause.sentence, width),
    ...entry('write', cause.correction),
    ...entry('verified', cause.counterfactual),
    ...(cause.alternatives ?? []).flatMap((alternative) => entry('or', alternative)),
  ];
}

interface Column {
  readonly head: readonly [string, string];
  readonly isNumber?: boolean;
  cell(parameter: ParameterReport): string;
}

const comparison = (
  head: readonly [string, string],
  error: (p: ParameterReport) => number | undefined,
): Column => ({
  head,
  isNumber: true,
  cell: (p) => {
    const value = error(p);
    return value === undefined ? '' : magnitude(value);
  },
});

const columns: readonly Column[] = [
  { head: ['', 'gradient'], cell: ({ name }) => name },
  { head: ['', 'shape'], cell: ({ shape }) => shapeOf(shape) },
  { head: ['', 'verdict'], cell: ({ passed }) => (passed ? 'right' : 'WRONG') },
  comparison(['hand to', 'autodiff'], (p) =>
    p.problem === undefined ? (p.comparisons.handToAutodiff ?? p.maxRelativeError) : undefined,
  ),
  comparison(['hand to', 'differences'], ({ comparisons }) => comparisons.handToDifferences),
  comparison(
    ['autodiff to', 'differences'],
    ({ comparisons }) => comparisons.autodiffToDifferences,
  ),
  {
    head: ['wrong', 'elements'],
    cell: (p) => (p.passed || p.problem !== undefined ? '' : wrongElements(p)),
  },
];

/** A line for each parameter; under a wrong one its worst element. Columns that stay empty go. */
function table(parameters: readonly ParameterReport[], width: number): string[] {
  const used = columns.filter(({ cell }) => parameters.some((p) => cell(p) !== ''));
  const widths = used.map(({ head, cell }) =>
    Math.max(...head.map(length), ...parameters.map((p) => length(cell(p)))),
  );
  if (widths.reduce((sum, w) => sum + w + 2, -2) > width) {
    const heads = used.map(({ head }) => head.join(' ').trim());
    const rows = parameters.map((p) => used.map(({ cell }) => cell(p)));
    return [
      ...blocksOf([heads, ...rows], { width }).split('\n'),
      ...parameters
        .flatMap((p) => (p.passed ? [] : details(p)))
        .flatMap((text) => hang('', text, width)),
    ];
  }
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (used[i].isNumber ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  const detail = ' '.repeat(widths[0] + 2);
  return [
    line(used.map(({ head }) => head[0])),
    line(used.map(({ head }) => head[1])),
    ...parameters.flatMap((p) => [
      line(used.map(({ cell }) => cell(p))),
      ...(p.passed ? [] : details(p).flatMap((text) => hang(detail, text, width))),
    ]),
  ];
}

const details = (p: ParameterReport): string[] =>
  [p.problem, worstElement(p)].filter((text) => text !== undefined);

function stageLines(stages: readonly StageReport[], width: number): string[] {
  if (stages.length === 0) return [];
  const links = stages.map(({ name, verdict }, i) => {
    const arrow = i === stages.length - 1 ? '' : ' →';
    return `${name} ${verdict === 'wrong' ? 'WRONG' : verdict}${arrow}`;
  });
  return [
    ...hang('From the cost to the data: ', links, width),
    ...(inheritsSomewhere(stages) ? hang('', `(${stageLegend})`, width) : []),
  ];
}

const footer = (report: GradientReport, width: number): string[] => [
  ...hang('', countsSentence(report), width),
  ...hang('', precisionSentence(report), width),
  ...report.notes.flatMap((note) => hang('Note: ', note, width)),
];

const length = (text: string): number => text.length;
