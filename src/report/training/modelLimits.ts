import type { ClassMetrics } from '../../metrics/classMetrics.js';
import type { NumberMetrics } from '../../metrics/numberMetrics.js';
import { escapeMarkdown, escapeParagraph } from './markdown.js';
import { areClasses, inputOf, lastOf, type ModelCard } from './modelCard.js';
import { count, percent } from './words.js';

/** With fewer samples, a score is right by chance, or wrong. */
const fewSamples = 100;
const fewOfClass = 10;

/** What a model must not be used for, and what speaks against it, in sentences of Markdown. */
export function limitsOf(card: ModelCard): string[] {
  const last = lastOf(card);
  return [
    `Do not use it on other data than these: it has seen nothing but ${inputOf(card.input)}, of ${escapeMarkdown(card.data.name)}, and answers for any others all the same.`,
    ...(last === undefined
      ? ['Do not use it for anything that matters: it was not tested.']
      : [...fewLines(last.part, last.metrics.m), ...linesOf(last.part, last.metrics)]),
    ...card.warnings.map(escapeParagraph),
  ];
}

const fewLines = (part: string, m: number): string[] =>
  m >= fewSamples
    ? []
    : [
        `The ${part} set has only ${count(m, 'sample')}: one of them is ${percent(1 / m)} of the score.`,
      ];

const linesOf = (part: string, metrics: ClassMetrics | NumberMetrics): string[] =>
  areClasses(metrics) ? classLines(part, metrics) : numberLines(part, metrics);

function classLines(part: string, metrics: ClassMetrics): string[] {
  const { accuracy, commonest, neverPredicted, perClass } = metrics;
  const named = (names: readonly string[]) => names.map(escapeMarkdown).join(', ');
  const few = perClass.filter(({ support }) => support > 0 && support < fewOfClass);
  const absent = perClass.filter(({ support }) => support === 0);
  return [
    'Do not use it where there are classes that it has never seen: it gives each sample one of its own.',
    ...(accuracy <= commonest
      ? ['Do not use it for anything that matters: always giving the commonest class is no worse.']
      : []),
    ...(neverPredicted.length > 0
      ? [
          `Do not use it to find ${named(neverPredicted)}: no sample of the ${part} set is called so.`,
        ]
      : []),
    ...(absent.length > 0
      ? [
          `How good it is at ${named(absent.map(({ name }) => name))} is not known: the ${part} set has no sample.`,
        ]
      : []),
    ...(few.length > 0
      ? [
          `How good it is at ${named(few.map(({ name }) => name))} is hardly known: the ${part} set has fewer than ${fewOfClass} samples of each.`,
        ]
      : []),
  ];
}

function numberLines(part: string, { outputs }: NumberMetrics): string[] {
  const bad = outputs.filter(({ r2 }) => r2 !== undefined && r2 <= 0);
  return [
    'Do not use it for numbers far outside of those it was trained on: it has not learned how they go on.',
    ...(bad.length > 0
      ? [
          `Do not use it to tell ${bad.map(({ name }) => escapeMarkdown(name)).join(', ')}: on the ${part} set, always giving the mean is no worse.`,
        ]
      : []),
  ];
}
