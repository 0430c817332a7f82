import { type JudgedPart, ofClasses, ofNumbers } from './judged.js';
import { inDigits, percent } from './words.js';

/** What the scores of a part say against a network, in sentences of plain text. */
export function doubtsOf(part: JudgedPart): string[] {
  if (ofClasses(part)) return classDoubts(part.name, part.judgement.metrics);
  return ofNumbers(part) ? numberDoubts(part.name, part.judgement.metrics) : [];
}

type Metrics<Kind> = Extract<JudgedPart['judgement'], { kind: Kind }>['metrics'];

function classDoubts(name: string, metrics: Metrics<'classes'>): string[] {
  const { accuracy, commonest, neverPredicted } = metrics;
  const are = neverPredicted.length === 1 ? 'is' : 'are';
  return [
    ...(accuracy <= commonest && accuracy < 1
      ? [
          `Of the ${name} set ${percent(accuracy)} are classified right, no more than by always giving the commonest class: ${percent(commonest)}.`,
        ]
      : []),
    ...(neverPredicted.length > 0
      ? [`${neverPredicted.join(', ')} ${are} in the ${name} set, and no sample is called so.`]
      : []),
  ];
}

const numberDoubts = (name: string, { outputs }: Metrics<'numbers'>): string[] =>
  outputs.flatMap(({ name: number, r2, rmse }) =>
    r2 !== undefined && r2 <= 0
      ? [
          `${number} of the ${name} set is predicted no better than by its mean: the root mean square error is ${inDigits(rmse)}.`,
        ]
      : [],
  );
