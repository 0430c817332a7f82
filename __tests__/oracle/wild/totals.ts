import type { Grade } from './grade.js';

export interface Totals {
  readonly modules: number;
  readonly wrong: number;
  readonly verdict: number;
  readonly names: number;
  readonly named: number;
  readonly false: number;
  readonly unknown: number;
  readonly crashed: number;
}

export function totalsOf(grades: readonly Grade[]): Totals {
  const count = (test: (grade: Grade) => boolean) => grades.filter(test).length;
  return {
    modules: grades.length,
    wrong: count(({ wrong }) => wrong),
    verdict: count(({ verdict }) => verdict),
    names: count(({ names }) => names),
    named: count(({ explained }) => explained === 'named'),
    false: count(({ explained }) => explained === 'false'),
    unknown: count(({ explained }) => explained === 'unknown'),
    crashed: count(({ crashed }) => crashed),
  };
}

export const totalsText = (t: Totals) =>
  `verdict ${t.verdict}/${t.modules}, names ${t.names}/${t.modules}, named ${t.named}/${t.wrong}, ` +
  `false ${t.false}, unknown ${t.unknown}, crashed ${t.crashed}`;
