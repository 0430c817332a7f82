import { printable } from '../../text/words.js';
import { hang as hangIn } from '../../text/wrap.js';
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

const width = 96; // columns of a terminal

const hang = (lead: string, text: string | readonly string[]) => hangIn(lead, text, width);

/**
 * The report as a person reads it in a terminal: the verdict, what explains it, and how the
 * corrected line reads; then a line for each parameter, the stages, and what was compared. Plain
 * text in at most 96 columns (names and formulas are never cut), without a newline at its end.
 */
export function reportText(report: GradientReport): string {
  const blocks = [
    report.passed ? [verdictSentence(report), accuracy(report)] : [verdictSentence(report)],
    ...(report.passed ? [] : explanations(report)),
    table(report.parameters),
    report.passed ? [] : stageLines(report.stages),
    footer(report),
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

function explanations(report: GradientReport): string[][] {
  const unknown = unknownCause(report);
  if (unknown !== undefined) return [[unknown]];
  const several = report.causes.length > 1;
  return report.causes.map((cause, i) => explanation(cause, several ? `${i + 1}. ` : ''));
}

/** The sentence, and under it the corrected line, what it would mend, and what else it may be. */
function explanation(cause: Cause, number: string): string[] {
  const indent = ' '.repeat(number.length);
  const entry = (label: string, text?: string): string[] =>
    (text?.split('\n') ?? []).flatMap((line, i) =>
      hang(`${indent}  ${(i === 0 ? label : '').padEnd(9)}`, line),
    );
  return [
    ...hang(number, cause.sentence),
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
function table(parameters: readonly ParameterReport[]): string[] {
  const used = columns.filter(({ cell }) => parameters.some((p) => cell(p) !== ''));
  const widths = used.map(({ head, cell }) =>
    Math.max(...head.map(length), ...parameters.map((p) => length(cell(p)))),
  );
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
      ...(p.passed ? [] : details(p).flatMap((text) => hang(detail, text))),
    ]),
  ];
}

const details = (p: ParameterReport): string[] =>
  [p.problem, worstElement(p)].filter((text) => text !== undefined);

function stageLines(stages: readonly StageReport[]): string[] {
  if (stages.length === 0) return [];
  const links = stages.map(({ name, verdict }, i) => {
    const arrow = i === stages.length - 1 ? '' : ' →';
    return `${name} ${verdict === 'wrong' ? 'WRONG' : verdict}${arrow}`;
  });
  return [
    ...hang('From the cost to the data: ', links),
    ...(inheritsSomewhere(stages) ? [`(${stageLegend})`] : []),
  ];
}

const footer = (report: GradientReport): string[] => [
  ...hang('', countsSentence(report)),
  ...hang('', precisionSentence(report)),
  ...report.notes.flatMap((note) => hang('Note: ', note)),
];

const length = (text: string): number => text.length;
