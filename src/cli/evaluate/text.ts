import { largestResiduals, worstMistakes } from '../../metrics/mistakes.js';
import {
  type ClassJudgement,
  type JudgedPart,
  type NumberJudgement,
  ofClasses,
} from '../../report/training/judged.js';
import { cut, inDigits, percent, score } from '../../report/training/words.js';
import { type TableOptions, table } from '../../text/table.js';
import { printable } from '../../text/words.js';

/** A terminal has a place for so many columns of counts. */
const mostInMatrix = 12;
/** A name over a column of counts. */
const longestColumn = 10;
const longestName = 20;
const corner = 'label \\ answer';

export interface EvaluationTextOptions extends Pick<TableOptions, 'width'> {
  /** How many mistakes are listed. Default: 10. */
  readonly most?: number;
}

type Rows = readonly (readonly string[])[];

/** How good the answers to a set are, in tables for a terminal. */
export function evaluationText(part: JudgedPart, options: EvaluationTextOptions = {}): string {
  const { width, most = 10 } = options;
  const blocks = ofClasses(part)
    ? classTables(part, most, width)
    : numberTables(part as JudgedPart<NumberJudgement>, most);
  return blocks
    .map(([title, rows, hasHead]) => {
      const cells = rows.map((row) => row.map(printable));
      return `${title}\n${table(cells, { width, hasHead })}`;
    })
    .join('\n\n');
}

type Titled = readonly [title: string, rows: Rows, hasHead: boolean];

function classTables(part: JudgedPart<ClassJudgement>, most: number, width?: number): Titled[] {
  const { metrics, answers } = part.judgement;
  const { accuracy, balancedAccuracy, macroF1, auc, logLoss, calibration, commonest } = metrics;
  const scores: Rows = [
    ['accuracy', percent(accuracy)],
    ['always the commonest class', percent(commonest)],
    ['balanced accuracy', percent(balancedAccuracy)],
    ['macro F1', score(macroF1)],
    ...(auc === undefined ? [] : [['area under the ROC curve', score(auc)]]),
    ['log loss', score(logLoss)],
    ['calibration error', score(calibration.expectedError)],
  ];
  const isSmall = answers.classes.length <= mostInMatrix;
  const mistakes = mistakeRows(part, most);
  return [
    [`${part.name} set: ${metrics.m} samples`, scores, false],
    ...(isSmall ? matrix(part, width) : []),
    ['Each class:', perClass(part), true],
    ...(mistakes.length > 1
      ? [
          [
            `The worst mistakes, ${mistakes.length - 1} of ${wrongOf(part)}:`,
            mistakes,
            true,
          ] as const,
        ]
      : []),
  ];
}

const wrongOf = ({ judgement: { metrics } }: JudgedPart<ClassJudgement>) =>
  Math.round(metrics.m * (1 - metrics.accuracy));

/** The matrix with names as long as there is place for; none where there is not even one for the counts. */
function matrix(
  { judgement }: JudgedPart<ClassJudgement>,
  width = Number.POSITIVE_INFINITY,
): Titled[] {
  const { classes } = judgement.answers;
  const { confusion } = judgement.metrics;
  const rows = confusion.map((row, k) => [cut(classes[k], longestName), ...row.map(String)]);
  const first = Math.max(corner.length, ...rows.map(([name]) => name.length));
  const place = Math.floor((width - first) / classes.length) - 2;
  const digits = Math.max(...confusion.flat().map((n) => String(n).length));
  if (place < digits) return [];
  const head = [corner, ...classes.map((name) => cut(name, Math.min(place, longestColumn)))];
  return [['Confusion matrix:', [head, ...rows], true]];
}

function perClass({ judgement }: JudgedPart<ClassJudgement>): Rows {
  const rows = judgement.metrics.perClass.map(
    ({ name, precision, recall, f1, support, predicted }) => [
      ...[name, predicted === 0 ? '-' : percent(precision), support === 0 ? '-' : percent(recall)],
      ...[support + predicted === 0 ? '-' : score(f1), String(support), String(predicted)],
    ],
  );
  return [['class', 'precision', 'recall', 'F1', 'samples', 'called so'], ...rows];
}

function mistakeRows({ set, judgement }: JudgedPart<ClassJudgement>, most: number): Rows {
  const { classes } = judgement.answers;
  const rows = worstMistakes({ ...judgement.answers, most }).map(
    ({ index, label, answer, probability }) => [
      ...[set.origin(index), classes[label], classes[answer], percent(probability)],
    ],
  );
  return [['sample', 'label', 'called', 'sure'], ...rows];
}

function numberTables(part: JudgedPart<NumberJudgement>, most: number): Titled[] {
  const { metrics, answers } = part.judgement;
  const average = { name: 'mean', ...metrics.average };
  const outputs = answers.names.length > 1 ? [...metrics.outputs, average] : metrics.outputs;
  const rows = outputs.map(({ name, r2, mae, rmse }) => [
    ...[name, r2 === undefined ? '-' : score(r2), inDigits(mae), inDigits(rmse)],
  ]);
  const residuals = largestResiduals({ ...answers, most }).map(
    ({ index, name, target, prediction, residual }) => [
      ...[part.set.origin(index), name],
      ...[target, prediction, residual].map(inDigits),
    ],
  );
  return [
    [
      `${part.name} set: ${metrics.m} samples`,
      [['number', 'R²', 'mean absolute error', 'root mean square error'], ...rows],
      true,
    ],
    [
      'The largest residuals:',
      [['sample', 'number', 'true', 'predicted', 'true - predicted'], ...residuals],
      true,
    ],
  ];
}
