import type { Cause, GradientReport, ParameterReport, StageReport } from '../report.js';

/**
 * JSON has no word for NaN and the infinities. As strings they come back through `Number(x)` in
 * JavaScript and `float(x)` in Python; null would not do, for `null < 1e-7` holds in JavaScript.
 */
export type JsonNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** Every field is there; what does not apply is null. */
export interface ReportJson {
  readonly passed: boolean;
  readonly precision: GradientReport['precision'];
  readonly backend: string;
  readonly maxRelativeError: JsonNumber;
  readonly parameters: readonly ParameterJson[];
  readonly stages: readonly StageReport[];
  readonly causes: readonly CauseJson[];
  readonly checked: GradientReport['checked'];
  readonly skipped: number;
  readonly notes: readonly string[];
}

export interface ParameterJson {
  readonly name: string;
  readonly shape: readonly number[];
  readonly passed: boolean;
  readonly problem: string | null;
  readonly maxAbsoluteError: JsonNumber;
  readonly maxRelativeError: JsonNumber;
  readonly worst: {
    readonly index: readonly number[];
    readonly hand: JsonNumber;
    readonly oracle: JsonNumber;
    readonly ratio: JsonNumber;
  } | null;
  readonly wrong: number;
  readonly pattern: string | null;
  readonly comparisons: {
    readonly handToAutodiff: JsonNumber | null;
    readonly handToDifferences: JsonNumber | null;
    readonly autodiffToDifferences: JsonNumber | null;
  };
  readonly cause: string | null;
}

export interface CauseJson {
  readonly id: string;
  readonly where: readonly string[];
  readonly sentence: string;
  readonly correction: string | null;
  readonly counterfactual: string | null;
  readonly alternatives: readonly string[];
}

/** The report as one object for `JSON.stringify`, without the errors element by element. */
export function reportJson(report: GradientReport): ReportJson {
  const { passed, precision, backend, stages, checked, skipped, notes } = report;
  return {
    passed,
    precision,
    backend,
    maxRelativeError: jsonNumber(report.maxRelativeError),
    parameters: report.parameters.map(parameterJson),
    stages,
    causes: report.causes.map(causeJson),
    checked,
    skipped,
    notes,
  };
}

function parameterJson(p: ParameterReport): ParameterJson {
  const { worst, comparisons } = p;
  return {
    name: p.name,
    shape: p.shape,
    passed: p.passed,
    problem: p.problem ?? null,
    maxAbsoluteError: jsonNumber(p.maxAbsoluteError),
    maxRelativeError: jsonNumber(p.maxRelativeError),
    worst: worst
      ? {
          index: worst.index,
          hand: jsonNumber(worst.hand),
          oracle: jsonNumber(worst.oracle),
          ratio: jsonNumber(worst.ratio),
        }
      : null,
    wrong: p.wrong,
    pattern: p.pattern ?? null,
    comparisons: {
      handToAutodiff: optional(comparisons.handToAutodiff),
      handToDifferences: optional(comparisons.handToDifferences),
      autodiffToDifferences: optional(comparisons.autodiffToDifferences),
    },
    cause: p.cause ?? null,
  };
}

const causeJson = (cause: Cause): CauseJson => ({
  id: cause.id,
  where: cause.where,
  sentence: cause.sentence,
  correction: cause.correction ?? null,
  counterfactual: cause.counterfactual ?? null,
  alternatives: cause.alternatives ?? [],
});

const jsonNumber = (value: number): JsonNumber =>
  Number.isFinite(value) ? value : (String(value) as JsonNumber);

const optional = (value: number | undefined): JsonNumber | null =>
  value === undefined ? null : jsonNumber(value);
