import type { Cause, GradientReport, ParameterReport, StageReport } from '../report.js';

/** What a page shows of a report, whoever wrote the code: more is read by nobody, and holds up the browser. */
export const most = {
  letters: 2000,
  parameters: 300,
  stages: 600,
  causes: 50,
  notes: 50,
  axes: 8,
} as const;

/** A text as long as a page shows it. */
export const cut = (text: string): string =>
  text.length > most.letters ? `${text.slice(0, most.letters)}…` : text;
const cutIfAny = (text: string | undefined) => (text === undefined ? undefined : cut(text));

/** The report with its texts cut and its lists ended where a page ends them; what is wrong comes before what is right. */
export function bounded(report: GradientReport): GradientReport {
  const { parameters, stages, causes, notes } = report;
  const first = [...parameters].sort((a, b) => Number(a.passed) - Number(b.passed));
  return {
    ...report,
    backend: cut(report.backend),
    parameters: (parameters.length > most.parameters ? first : parameters)
      .slice(0, most.parameters)
      .map(parameter),
    stages: stages
      .slice(0, most.stages)
      .map((stage): StageReport => ({ ...stage, name: cut(stage.name) })),
    causes: causes.slice(0, most.causes).map(cause),
    notes: notes.slice(0, most.notes).map(cut),
  };
}

const parameter = (of: ParameterReport): ParameterReport => ({
  ...of,
  name: cut(of.name),
  shape: of.shape.slice(0, most.axes),
  problem: cutIfAny(of.problem),
  pattern: cutIfAny(of.pattern),
  cause: cutIfAny(of.cause),
});

const cause = (of: Cause): Cause => ({
  ...of,
  sentence: cut(of.sentence),
  correction: cutIfAny(of.correction),
  counterfactual: cutIfAny(of.counterfactual),
  alternatives: of.alternatives?.slice(0, most.notes).map(cut),
});

/** What is not shown, in a sentence. */
export function left({ parameters }: GradientReport): string[] {
  const more = parameters.length - most.parameters;
  return more > 0 ? [`${more} more gradients are not shown on this page.`] : [];
}
