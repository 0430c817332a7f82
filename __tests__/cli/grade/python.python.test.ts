import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { type StartedGrader, startGrader } from '../../../src/cli/grade/grader.js';
import { executableOf } from '../../../src/cli/python/check.js';
import { python, textOf, withNumpy } from '../../oracle/python/python.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';

const folder = temporaryFolder();

async function graded(
  submissions: string,
  file: string,
  limits: Parameters<typeof startGrader>[1],
  expected: Parameters<typeof startGrader>[3],
) {
  const { signal } = new AbortController();
  const grader: StartedGrader = await startGrader(submissions, limits, signal, expected);
  try {
    return await grader.grade(file);
  } finally {
    await grader.end();
  }
}

withNumpy.test('Python submissions, with the shapes and the names of a reference', async () => {
  const reference = join(folder, 'reference.py');
  const submissions = join(folder, 'class');
  mkdirSync(submissions);
  writeFileSync(reference, textOf('affine.py'));
  const bare = textOf('affine.py').replace(/^shapes = .*$/m, '');
  const grade = (text: string) => {
    writeFileSync(join(submissions, 'mine.py'), text);
    const expected = { reference, names: {}, python: executableOf(python) };
    const limits = { seconds: 60, memory: 2048 };
    return graded(submissions, 'mine.py', limits, expected);
  };
  expect(await grade(bare)).toMatchObject({ passed: true, right: 3, gradients: 3 });
  expect(await grade(bare.replace('axis=0', 'axis=1'))).toMatchObject({
    ...{ passed: false, right: 2, gradients: 3 },
    cause: expect.stringContaining('db'),
  });
  expect(await grade(bare.replace('def forward', 'def affine_forward'))).toMatchObject({
    ...{ passed: false, gradients: null },
    cause: 'mine.py: there is no function forward. Its functions: affine_forward, backward.',
  });
  expect(await grade('import os\nos.write(1, b"{}\\n")\nos._exit(0)\n')).toMatchObject({
    ...{ passed: false, cause: 'Python ends (exit code 0) before it has answered.' },
  });
});

withNumpy.test('a reference says nothing of files in the other language', async () => {
  const submissions = join(folder, 'both');
  mkdirSync(submissions);
  const module = `export const shapes = { x: ['N', 'D'] };
export const forward = (tf, x) => ({ y: tf.square(x), cache: x });
export const backward = (tf, dy, x) => ({ dx: tf.mul(2, tf.mul(x, dy)) });
`;
  writeFileSync(join(submissions, 'mine.mjs'), module);
  writeFileSync(join(submissions, 'mine.py'), textOf('affine.py'));
  const inPython = join(folder, 'reference.py');
  const inJavaScript = join(folder, 'reference.mjs');
  writeFileSync(inPython, textOf('affine.py'));
  // 9 x², of which the submission has the ninth part.
  writeFileSync(inJavaScript, module.replace('tf.square(x)', 'tf.square(tf.mul(3, x))'));
  const grade = (file: string, reference: string) =>
    graded(
      submissions,
      file,
      { seconds: 60, memory: 2048 },
      {
        ...{ reference, names: {}, python: executableOf(python) },
      },
    );
  const alone = { passed: true, right: 1, gradients: 1 };
  expect(await grade('mine.mjs', inPython)).toMatchObject(alone);
  expect(await grade('mine.mjs', inJavaScript)).toMatchObject({ ...alone, passed: false });
  expect(await grade('mine.py', inJavaScript)).toMatchObject({
    ...{ passed: true, right: 3, gradients: 3 },
  });
});
