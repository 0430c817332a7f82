import { join } from 'node:path';
import type { MutantGroup } from './groups.js';

export interface Places {
  /** The folder with Stryker's own node_modules. */
  readonly home: string;
  /** Where the copy of the sources goes that is mutated; jest finds no tests under node_modules. */
  readonly sandbox: string;
  /** Where the report goes. */
  readonly report: string;
}

/** What Stryker is asked to do with a group. */
export const configOf = ({ mutate, tests }: MutantGroup, { home, sandbox, report }: Places) => ({
  mutate,
  testRunner: 'jest',
  plugins: [join(home, 'node_modules/@stryker-mutator/jest-runner/dist/src/index.js')],
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: {
    projectType: 'custom',
    configFile: 'jest.config.js',
    enableFindRelatedTests: false,
    config: {
      testMatch: tests.map((path) => `**/__tests__/${path}`),
      // A mutant may be wrong in its types: they are not what is tried.
      transform: { '^.+\\.ts$': ['ts-jest', { useESM: true, diagnostics: false }] },
    },
  },
  coverageAnalysis: 'perTest',
  concurrency: 1,
  incremental: true,
  incrementalFile: report.replace(/json$/, 'incremental.json'),
  tempDirName: sandbox,
  // Stryker would ask for TypeScript to rewrite paths that nothing here has.
  tsconfigFile: 'none.json',
  ignorePatterns: ['/web', '/docs', '/models', '/dist', '/report', '/data', '/scripts/mutants'],
  reporters: ['json'],
  jsonReporter: { fileName: report },
  allowConsoleColors: false,
  timeoutMS: 10_000,
});
