import { codeSpan, escapeMarkdown, escapeParagraph, markdownTable } from './markdown.js';
import { areClasses, type CardResult, inputOf, lastOf, type ModelCard } from './modelCard.js';
import { limitsOf } from './modelLimits.js';
import { count, inDigits, percent, score } from './words.js';

/** Of so many classes at most, each has its line. */
const mostClasses = 50;

/**
 * A model's card in plain words, as Markdown to lie beside the model: what it tells apart, what it was
 * trained on, how good it is, what it must not be used for, and how it is used.
 */
export function modelCardText(card: ModelCard): string {
  const { name, results, training, command } = card;
  const section = (title: string, lines: readonly string[]) => [`## ${title}`, ...lines];
  const blocks = [
    `# ${escapeMarkdown(name)}`,
    purposeOf(card),
    ...section('What it was trained on', dataLines(card)),
    ...section('How good it is', resultLines(results)),
    ...section('What it must not be used for', [list(limitsOf(card))]),
    ...section('How to use it', [`\`\`\`sh\n${command.replace(/\s+/g, ' ').trim()}\n\`\`\``]),
    ...section('How it was made', [markdownTable(['', 'value'], training)]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

function purposeOf(card: ModelCard): string {
  const metrics = lastOf(card)?.metrics;
  const input = inputOf(card.input);
  if (metrics === undefined) return `A network that is fed ${input}. It was not tested.`;
  if (!areClasses(metrics)) {
    const names = metrics.outputs.map(({ name }) => `**${escapeMarkdown(name)}**`);
    return `A network that tells ${names.join(', ')} from ${input}.`;
  }
  const names = metrics.perClass.map(({ name }) => `**${escapeMarkdown(name)}**`);
  return `A network that tells ${names.length} classes apart from ${input}: ${names.join(', ')}.`;
}

function dataLines({ data, input, results }: ModelCard): string[] {
  const parts = results.map(({ part, metrics }) => `${metrics.m} for ${part}`);
  const files = data.files.map(
    ({ path, sha256 }) => `${codeSpan(path)}, sha256 ${codeSpan(sha256)}`,
  );
  const columns = input.kind === 'table' ? input.columns : [];
  return [
    `The data are ${escapeMarkdown(data.name)} (${escapeMarkdown(data.format)}): ${parts.join(', ')}.`,
    ...(files.length > 0 ? [list(files)] : []),
    ...(data.notes.length > 0 ? [list(data.notes.map(escapeParagraph))] : []),
    ...(columns.length > 0
      ? [`Its columns are ${columns.map(({ name }) => escapeMarkdown(name)).join(', ')}.`]
      : []),
    ...countLines(results),
  ];
}

/** How many samples of each class there are in each part. */
function countLines(results: readonly CardResult[]): string[] {
  const tested = results.flatMap(({ part, metrics }) =>
    areClasses(metrics) ? [{ part, perClass: metrics.perClass }] : [],
  );
  if (tested.length === 0) return [];
  const rows = tested[0].perClass
    .slice(0, mostClasses)
    .map(({ name }, k) => [name, ...tested.map(({ perClass }) => perClass[k].support)]);
  return [markdownTable(['class', ...tested.map(({ part }) => part)], rows)];
}

function resultLines(results: readonly CardResult[]): string[] {
  const last = results.at(-1);
  if (last === undefined) return ['It was not tested.'];
  const { metrics, part } = last;
  if (!areClasses(metrics)) return numberLines(results);
  const table = markdownTable(
    ['part', 'samples', 'accuracy', 'balanced accuracy', 'macro F1'],
    results.flatMap(({ part, metrics }) =>
      areClasses(metrics)
        ? [
            [
              part,
              metrics.m,
              percent(metrics.accuracy),
              percent(metrics.balancedAccuracy),
              score(metrics.macroF1),
            ],
          ]
        : [],
    ),
  );
  const { accuracy, commonest, perClass } = metrics;
  const worst = perClass
    .filter(({ support }) => support > 0)
    .sort((a, b) => a.recall - b.recall)[0];
  const { name, recall, support } = worst;
  return [
    `Of ${count(metrics.m, `${part} sample`)} it classifies ${percent(accuracy)} right. Always giving the commonest class would be right for ${percent(commonest)}.`,
    ...(recall < 1
      ? [
          `It is worst at ${escapeMarkdown(name)}: it finds ${Math.round(recall * support)} of ${support}.`,
        ]
      : []),
    table,
  ];
}

function numberLines(results: readonly CardResult[]): string[] {
  const rows = results.flatMap(({ part, metrics }) =>
    areClasses(metrics)
      ? []
      : metrics.outputs.map(({ name, r2, mae, rmse }) => [
          ...[`${part}: ${name}`, metrics.m],
          ...[r2 === undefined ? '' : score(r2), inDigits(mae), inDigits(rmse)],
        ]),
  );
  return [
    'R² is 1 for exact answers, and 0 for always giving the mean. The errors are in the unit of the number.',
    markdownTable(
      ['part and number', 'samples', 'R²', 'mean absolute error', 'root mean square error'],
      rows,
    ),
  ];
}
