/** Files that are mutated together, and the tests that should see it. */
export interface MutantGroup {
  readonly mutate: readonly string[];
  /** Under __tests__. */
  readonly tests: readonly string[];
}

/** The parsers, saving, and the oracle's verdicts: what must not be wrong without a test saying so. */
export const groups: Readonly<Record<string, MutantGroup>> = {
  npy: {
    mutate: ['src/files/npy.ts', 'src/files/halves.ts'],
    tests: ['files/npy.test.ts', 'files/halves.test.ts', 'data/formats/npy.test.ts'],
  },
  zip: {
    mutate: ['src/files/zip.ts', 'src/files/crc32.ts'],
    tests: ['files/zip.test.ts', 'files/crc32.test.ts'],
  },
  png: {
    mutate: [
      'src/data/png.ts',
      'src/data/pngChunks.ts',
      'src/data/pngColours.ts',
      'src/data/pngLines.ts',
    ],
    tests: [
      'data/pngChunks.test.ts',
      'data/pngColours.test.ts',
      'data/pngLines.test.ts',
      'data/pngPacked.test.ts',
    ],
  },
  jpeg: {
    mutate: ['src/data/jpegMarkers.ts'],
    tests: ['data/jpegMarkers.test.ts'],
  },
  manifest: {
    mutate: ['src/export/manifest.ts'],
    tests: ['export/manifest.test.ts'],
  },
  tensorFile: {
    mutate: ['src/export/tensorFile.ts'],
    tests: ['export/tensorFile.test.ts'],
  },
  safetensors: {
    mutate: ['src/export/formats/safetensors.ts'],
    tests: ['export/formats/safetensors.test.ts'],
  },
  idx: {
    mutate: ['src/data/formats/idx.ts'],
    tests: ['data/formats/idx.test.ts'],
  },
  compare: {
    mutate: ['src/oracle/compare.ts'],
    tests: ['oracle/compare.test.ts'],
  },
  verdicts: {
    mutate: ['src/oracle/verdicts.ts'],
    tests: ['oracle/verdicts.test.ts'],
  },
  // The judge file by file too: together they are 1,042 mutants, each of which would run the tests of all.
  judgeCompare: {
    mutate: ['src/oracle/grade/judge/compare.ts'],
    tests: ['oracle/grade/judge/compare.test.ts'],
  },
  judgeDifferences: {
    mutate: ['src/oracle/grade/judge/differences.ts'],
    tests: ['oracle/grade/judge/differences.test.ts'],
  },
  judgeDraw: {
    mutate: ['src/oracle/grade/judge/draw.ts'],
    tests: ['oracle/grade/judge/draw.test.ts'],
  },
  judgeHold: {
    mutate: ['src/oracle/grade/judge/hold.ts'],
    tests: ['oracle/grade/judge/hold.test.ts'],
  },
  judge: {
    mutate: ['src/oracle/grade/judge/judge.ts'],
    tests: ['oracle/grade/judge/judge.test.ts'],
  },
  judgePass: {
    mutate: ['src/oracle/grade/judge/pass.ts'],
    tests: ['oracle/grade/judge/pass.test.ts'],
  },
  judgeVerdictGrade: {
    mutate: ['src/oracle/grade/judge/verdictGrade.ts'],
    tests: ['oracle/grade/judge/verdictGrade.test.ts'],
  },
  judgeWire: {
    mutate: ['src/oracle/grade/judge/wire.ts'],
    tests: ['oracle/grade/judge/wire.test.ts'],
  },
  judgeWork: {
    mutate: ['src/oracle/grade/judge/work.ts'],
    tests: ['oracle/grade/judge/work.test.ts'],
  },
  oracleJudge: {
    mutate: ['src/oracle/judge.ts'],
    tests: ['oracle/judge.test.ts', 'oracle/checkGradients.test.ts'],
  },
  differences: {
    mutate: ['src/oracle/differences.ts'],
    tests: ['oracle/differences.test.ts'],
  },
  // Of saving each file by itself: a disk is under all of them, and a mutant of it would run every test.
  savingDisk: {
    mutate: ['src/files/disk.ts', 'src/files/durable.ts'],
    tests: ['files/disk.test.ts', 'files/durable.test.ts'],
  },
  savingOwner: {
    mutate: ['src/files/owner.ts'],
    tests: ['files/owner.test.ts', 'files/ownerElsewhere.test.ts'],
  },
  savingLock: {
    mutate: ['src/files/lock.ts'],
    tests: ['files/lock.test.ts'],
  },
  savingStaging: {
    mutate: ['src/files/staging.ts'],
    tests: ['files/staging.test.ts'],
  },
  savingWrite: {
    mutate: ['src/files/write.ts'],
    tests: ['files/write.test.ts'],
  },
  savingVersion: {
    mutate: ['src/files/version.ts'],
    tests: ['files/version.test.ts'],
  },
  savingModel: {
    mutate: ['src/export/files.ts'],
    tests: ['export/files.test.ts'],
  },
};
