import { type Block, note, table } from '../blocks.js';
import {
  type ClassJudgement,
  type JudgedPart,
  type NumberJudgement,
  ofClasses,
  ofNumbers,
} from './judged.js';
import { inDigits, percent, score } from './words.js';

type Row = readonly [name: string, ...values: string[]];

/** The scores of all parts side by side, and what they mean. */
export function scoreBlocks(parts: readonly JudgedPart[]): Block[] {
  const classes = parts.filter(ofClasses);
  return classes.length > 0 ? classScores(classes) : numberScores(parts.filter(ofNumbers));
}

function classScores(parts: readonly JudgedPart<ClassJudgement>[]): Block[] {
  const row = (name: string, of: (metrics: ClassJudgement['metrics']) => string): Row => [
    name,
    ...parts.map(({ judgement }) => of(judgement.metrics)),
  ];
  const hasAuc = parts.some(({ judgement }) => judgement.metrics.auc !== undefined);
  return [
    scoreTable(parts, [
      row('accuracy', ({ accuracy }) => percent(accuracy)),
      row('always the commonest', ({ commonest }) => percent(commonest)),
      row('balanced accuracy', ({ balancedAccuracy }) => percent(balancedAccuracy)),
      row('macro F1', ({ macroF1 }) => score(macroF1)),
      ...(hasAuc ? [row('ROC AUC', ({ auc }) => (auc === undefined ? '' : score(auc)))] : []),
      row('log loss', ({ logLoss }) => score(logLoss)),
      row('calibration error', ({ calibration }) => score(calibration.expectedError)),
    ]),
    note(
      'Always giving the commonest class is what every network must surpass. Balanced accuracy is the mean recall of the classes: a rare class counts as much as a common one. Macro F1 is their mean F1. Log loss is the mean of -log p, p being the probability of the label.',
    ),
  ];
}

function numberScores(parts: readonly JudgedPart<NumberJudgement>[]): Block[] {
  if (parts.length === 0) return [];
  const { names } = parts[0].judgement.answers;
  const rows = names.flatMap((name, j): Row[] => {
    const of = (which: 'r2' | 'mae' | 'rmse') =>
      parts.map(({ judgement }) => written(which, judgement.metrics.outputs[j][which]));
    return [
      [`${name}: R²`, ...of('r2')],
      [`${name}: MAE`, ...of('mae')],
      [`${name}: RMSE`, ...of('rmse')],
    ];
  });
  const average = parts.map(({ judgement }) => written('r2', judgement.metrics.average.r2));
  return [
    scoreTable(parts, [...rows, ...(names.length > 1 ? [['mean R²', ...average] as Row] : [])]),
    note(
      'R² is 1 for exact answers and 0 for always giving the mean. MAE is the mean absolute error, RMSE the root mean square error, both in the unit of the number.',
    ),
  ];
}

const written = (which: 'r2' | 'mae' | 'rmse', value: number | undefined): string => {
  if (value === undefined) return '';
  return which === 'r2' ? score(value) : inDigits(value);
};

function scoreTable(parts: readonly JudgedPart[], rows: readonly Row[]): Block {
  return table({
    caption: 'How good the answers are',
    columns: ['', ...parts.map(({ name }) => name)],
    rows: [['samples', ...parts.map(({ set }) => String(set.m))], ...rows],
    numeric: [false, ...parts.map(() => true)],
  });
}

/** Precision, recall and F1 of each class. */
export function perClassTable({ name, judgement }: JudgedPart<ClassJudgement>): Block {
  return table({
    caption: `Each class, ${name} set`,
    columns: ['class', 'precision', 'recall', 'F1', 'samples', 'called so'],
    rows: judgement.metrics.perClass.map(({ name, precision, recall, f1, support, predicted }) => [
      name,
      // What has nothing to divide by is no 0 of the network's making.
      predicted === 0 ? '' : percent(precision),
      support === 0 ? '' : percent(recall),
      support + predicted === 0 ? '' : score(f1),
      support,
      predicted,
    ]),
    numeric: [false, true, true, true, true, true],
  });
}
