// TensorFlow's C++ reads it before any test runs: warnings and errors only.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
// A worker for each core: a second thread of TensorFlow's would only stand in another's way.
process.env.TF_NUM_INTRAOP_THREADS ??= '1';
process.env.TF_NUM_INTEROP_THREADS ??= '1';

/** @type {import('ts-jest').JestConfigWithTsJest} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['ts-jest', { useESM: true }] },
  maxWorkers: '100%',
  setupFiles: ['<rootDir>/__tests__/support/quiet.ts'],
  testTimeout: 60_000,
};
