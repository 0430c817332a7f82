import { firstMatch } from './firstMatch.js';
import type { KeyEntry } from './key.js';

/** What came of one check: the report as `check --json` prints it, or what it said in place of one. */
export interface Outcome {
  readonly rc: number | null;
  readonly report: Json | null;
  readonly stderr: string;
}

export type Json = { readonly [name: string]: unknown };

/** Of a wrong module: explained rightly, falsely, not at all and saying so, or in other words. */
type Explained = 'named' | 'false' | 'unknown' | 'other';

export interface Grade {
  readonly wrong: boolean;
  readonly verdict: boolean;
  readonly names: boolean;
  readonly explained?: Explained;
  readonly crashed: boolean;
  readonly remarks: readonly string[];
}

/** Holds an outcome against the answer key. */
export function grade(key: KeyEntry, outcome: Outcome): Grade {
  const wrong = [...key.wrong].sort();
  const { report } = outcome;
  const base = { wrong: wrong.length > 0, verdict: false, names: false, crashed: false };
  if (isRefused(key, outcome)) return { ...base, verdict: true, names: true, remarks: [] };
  if (!report) {
    const remark = `crashed, exit ${outcome.rc}: ${errorLine(outcome.stderr)}`;
    return { ...base, crashed: true, remarks: [remark] };
  }

  const named = listOf(report.parameters)
    .filter(({ passed }) => !passed)
    .map(({ name }) => String(name))
    .sort();
  const verdict = report.passed === (wrong.length === 0);
  const names = String(named) === String(wrong);
  const remarks = [
    ...(verdict ? [] : [`verdict ${report.passed ? 'passed' : 'failed'}`]),
    ...(names ? [] : [`names ${listed(named)} where ${listed(wrong)} is wrong`]),
  ];
  if (wrong.length === 0) return { ...base, verdict, names, remarks };
  const text = explanationOf(report);
  const { explained, why } = explain(key, report, text);
  if (explained !== 'named') {
    const quoted = text.replaceAll('\n', '; ').slice(0, 200);
    remarks.push(text ? `${explained}${why}: '${quoted}' for '${key.cause}'` : 'no explanation');
  }
  const first = listOf(report.stages).find(({ verdict }) => verdict === 'wrong')?.name;
  if (first && key.place && !key.place.split('|').includes(String(first))) {
    remarks.push(`first wrong stage ${first}, not ${key.place}`);
  }
  return { ...base, verdict, names, explained, remarks };
}

/** The check may say no to a module, with one of the messages of the key and without a stack trace. */
const isRefused = ({ error = [] }: KeyEntry, { rc, report, stderr }: Outcome) =>
  report === null &&
  rc !== 0 &&
  rc !== null &&
  !/^\s+at /m.test(stderr) &&
  firstMatch(error, stderr) !== undefined;

function explain(
  { say = [], never = [] }: KeyEntry,
  report: Json,
  text: string,
): { explained: Explained; why: string } {
  const untrue = firstMatch(never, text);
  if (untrue !== undefined) return { explained: 'false', why: ` (${untrue.trim()})` };
  if (firstMatch(say, text) !== undefined) return { explained: 'named', why: '' };
  const isUnknown =
    listOf(report.causes).some(({ id }) => id === 'unknown') || /\bunknown\b/i.test(text);
  return { explained: isUnknown ? 'unknown' : 'other', why: '' };
}

/** What a report says of the causes: a line for each sentence or correction, each once. */
function explanationOf(report: Json): string {
  const stages = listOf(report.stages).filter(({ verdict }) => verdict === 'wrong');
  const parameters = listOf(report.parameters).filter(({ passed }) => !passed);
  const said = [
    ...texts(report.causes, ['id', 'where']),
    ...texts(report.cause, ['id', 'where']),
    ...texts(stages, ['id', 'name', 'verdict', 'where']),
    ...texts(
      parameters.map(({ cause }) => cause),
      ['id', 'where'],
    ),
  ];
  return [...new Set(said)].join('\n');
}

function texts(value: unknown, without: readonly string[]): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap((part) => texts(part, without));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(([name]) => !without.includes(name))
    .flatMap(([, part]) => texts(part, without));
}

const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value : []);
const listed = (names: readonly string[]) => names.join(' ') || 'none';

function errorLine(stderr: string): string {
  const lines = stderr.split('\n').flatMap((line) => line.trim() || []);
  const error = lines.find((line) => /^\w*Error\b/.test(line));
  return (error ?? lines[0] ?? 'nothing on stderr').slice(0, 200);
}
