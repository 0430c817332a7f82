// TensorFlow's C++ reads these before any test runs, and jest gives tests a copy: what src/runtime/native.ts
// sets, which its test compares.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
if (process.arch === 'x64') process.env.TF_ENABLE_ONEDNN_OPTS ??= '1';
process.env.XLA_FLAGS ??= [
  '--xla_cpu_enable_fast_math=true',
  ...['nans', 'infs', 'division', 'functions'].map(
    (what) => `--xla_cpu_fast_math_honor_${what}=true`,
  ),
].join(' ');
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
