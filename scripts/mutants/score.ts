/** A mutant in Stryker's report (mutation-testing-report-schema 3). */
export interface Mutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: {
    readonly start: { readonly line: number; readonly column: number };
    readonly end: { readonly line: number; readonly column: number };
  };
}

export type MutatedFiles = Readonly<
  Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>
>;

const seen = new Set(['Killed', 'Timeout']);
const missed = new Set(['Survived', 'NoCoverage']);

/** killed / (killed + survived), in percent: what no test runs has survived. */
export function scoreOf(files: MutatedFiles) {
  const mutants = Object.values(files).flatMap(({ mutants }) => mutants);
  const killed = mutants.filter(({ status }) => seen.has(status)).length;
  const timedOut = mutants.filter(({ status }) => status === 'Timeout').length;
  const all = killed + mutants.filter(({ status }) => missed.has(status)).length;
  return { killed, timedOut, all, percent: all === 0 ? 100 : (100 * killed) / all };
}

/** A line for each mutant that no test sees: its place, what stood there, and what stands there now. */
export function survivorsOf(files: MutatedFiles): string[] {
  return Object.entries(files).flatMap(([path, { source, mutants }]) => {
    const lines = source.split('\n');
    return mutants
      .filter(({ status }) => missed.has(status))
      .map(({ status, replacement, mutatorName, location: { start, end } }) => {
        const text = lines[start.line - 1].slice(
          start.column - 1,
          end.line === start.line ? end.column - 1 : undefined,
        );
        const now = replacement?.replace(/\s+/g, ' ').slice(0, 80) ?? mutatorName;
        return `${status} ${path}:${start.line}:${start.column} ${text} -> ${now}`;
      });
  });
}
