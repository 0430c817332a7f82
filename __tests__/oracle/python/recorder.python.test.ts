import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { startPython } from '../../../src/cli/python/child.js';
import type { PythonChild } from '../../../src/oracle/python/answers.js';
import { checkPython } from '../../../src/oracle/python/checkPython.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { expressions, statements } from './numpyFunctions.js';
import { python, withNumpy } from './python.js';

/*
 * Whatever of numpy is recorded: TensorFlow.js's autodiff of the kernels is what numpy's own functions
 * give by differences.
 */

const bodies = [...expressions.map((expression) => `y = ${expression}`), ...statements];
const path = join(temporaryFolder(), 'functions.py');
const shapes = "shapes = {'x': [3, 4], 'w': [4, 3], 'v': [4]}";
const backward = `
def zeros(dy, x, w, v):
    return {'dx': np.zeros_like(x), 'dw': np.zeros_like(w), 'dv': np.zeros_like(v)}
`;
const functions = bodies.map((body, i) => `def f${i}(x, w, v):\n    ${body}\n    return y\n`);
let child: PythonChild;
beforeAll(() => {
  writeFileSync(
    path,
    ['import math', 'import numpy as np', shapes, backward, ...functions].join('\n'),
  );
  child = startPython(python);
});
afterAll(() => child.end());

withNumpy.describe('autodiff of the recording is the derivative of', () => {
  withNumpy.test.each(bodies.map((body, i) => [body, i] as const))('%s', async (_, i) => {
    const report = await checkPython(child, path, { forward: `f${i}`, backward: 'zeros' });
    expect(report.notes.filter((note) => /[Aa]utodiff/.test(note))).toEqual([]);
    expect(report.checked.autodiff).toBe(28);
    for (const { comparisons } of report.parameters) {
      expect(comparisons.autodiffToDifferences).toBeLessThan(1e-6);
    }
  });
});
