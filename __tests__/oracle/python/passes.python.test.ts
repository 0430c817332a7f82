import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { PythonCheckOptions } from '../../../src/oracle/python/checkPython.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { check, textOf, withNumpy, write, wrongIn } from './python.js';

/*
 * Right backward passes in numpy pass, and of each three mistakes are found in exactly the gradients that
 * the chain rule makes wrong.
 */

interface Case {
  readonly file: string;
  readonly options?: PythonCheckOptions;
  /** What is replaced by what, and which gradients are wrong then. */
  readonly mistakes: readonly (readonly [string, string, readonly string[]])[];
}

const cases: readonly Case[] = [
  {
    file: 'week2.py',
    options: { forward: 'propagate' },
    mistakes: [
      ['dw = 1 / m * np.dot', 'dw = np.dot', ['dw']],
      ['db = 1 / m * np.sum(A - Y)', 'db = 1 / m * np.sum(Y - A)', ['db']],
      ['(A - Y).T', '(A - Y * A).T', ['dw']],
    ],
  },
  {
    file: 'week3.py',
    mistakes: [
      ['1 - np.power(A1, 2)', '1 - np.power(A1, 1)', ['dW1', 'db1']],
      ['dZ2 = A2 - Y', 'dZ2 = (A2 - Y) * A2 * (1 - A2)', ['dW1', 'db1', 'dW2', 'db2']],
      ['np.sum(dZ1, axis=1, keepdims=True)', 'np.sum(dZ1)', ['db1']],
    ],
  },
  {
    file: 'week4.py',
    options: { forward: 'L_model_forward', backward: 'L_model_backward' },
    mistakes: [
      ['dZ[Z <= 0] = 0', 'dZ[Z <= 0] = 1', ['dW1', 'db1', 'dW2', 'db2']],
      ['dAL = -(np', 'dAL = (np', ['dW1', 'db1', 'dW2', 'db2', 'dW3', 'db3']],
      ['dW = 1 / m * np.dot(dZ, A_prev.T)', 'dW = np.dot(dZ, A_prev.T)', ['dW1', 'dW2', 'dW3']],
    ],
  },
  {
    file: 'week4.py',
    options: { forward: 'linear_activation_forward', backward: 'linear_activation_backward' },
    mistakes: [
      ['dA_prev = np.dot(W.T, dZ)', 'dA_prev = np.dot(W.T, dZ) / m', ['dA_prev']],
      ['dW = 1 / m * np.dot(dZ, A_prev.T)', 'dW = np.dot(dZ, dZ.T @ W) / m', ['dW']],
      ['dZ[Z <= 0] = 0', 'dZ[dA <= 0] = 0', ['dA_prev', 'dW', 'db']],
    ],
  },
  {
    file: 'affine.py',
    mistakes: [
      ['np.sum(dout, axis=0)', 'np.mean(dout, axis=0)', ['db']],
      ['dx = dout.dot(w.T)', 'dx = dout.dot(w.T + 1)', ['dx']],
      ['.T.dot(dout)', '.T.dot(dout) / len(x)', ['dw']],
    ],
  },
  {
    file: 'batchnorm.py',
    mistakes: [
      ['-0.5 * ivar**3', '-0.5 * ivar**2', ['dx']],
      ['dgamma = (dout * xhat)', 'dgamma = (dout * x)', ['dgamma']],
      ['dx += dmean / N', 'dx += dmean', ['dx']],
    ],
  },
  {
    file: 'conv.py',
    mistakes: [
      ['dxp[n, :, rows, columns] += w[f]', 'dxp[n, :, rows, columns] = w[f]', ['dx']],
      ['db[f] += np.sum', 'db[f] = np.sum', ['db']],
      ['dw[f] += xp[n, :, rows, columns]', 'dw[f] += xp[n, :, rows, columns][:, ::-1]', ['dw']],
    ],
  },
  {
    file: 'softmax.py',
    mistakes: [
      ['dscores /= N', 'pass', ['dX', 'dW', 'db']],
      [' + reg * W', ' + 2 * reg * W', ['dW']],
      ['dX = dscores @ W.T', 'dX = probs @ W.T', ['dX']],
    ],
  },
  {
    file: 'lstm.py',
    options: { forward: 'lstm_forward', backward: 'lstm_backward' },
    mistakes: [
      ['dc = dnext_c + dnext_h', 'dc = dnext_h', ['dx', 'dh0', 'dWx', 'dWh', 'db']],
      ['dWh += dWht', 'dWh = dWht', ['dWh']],
      ['dg * (1 - g**2)', 'dg * g * (1 - g)', ['dx', 'dh0', 'dWx', 'dWh', 'db']],
    ],
  },
];

const folder = temporaryFolder();
const titled = cases.map((own) => ({ ...own, title: own.options?.forward ?? own.file }));

withNumpy.describe.each(titled)('$title', ({ file, options, mistakes }) => {
  withNumpy.test('passes as it is, by autodiff and by differences', async () => {
    const report = await check(write(join(folder, file), textOf(file)), {
      samples: 12,
      ...options,
    });
    expect(report.parameters.filter(({ passed }) => !passed)).toEqual([]);
    expect(report.checked.autodiff).toBeGreaterThan(0);
    expect(report.checked.differences).toBeGreaterThan(0);
    for (const { comparisons } of report.parameters) {
      expect(comparisons.handToAutodiff).toBeLessThan(1e-10);
      expect(comparisons.autodiffToDifferences).toBeLessThan(1e-6);
    }
  });

  withNumpy.test.each(mistakes)('%s -> %s', async (from, to, wrong) => {
    const path = write(join(folder, `wrong-${file}`), textOf(file), [from, to]);
    expect((await wrongIn(path, options)).sort()).toEqual([...wrong].sort());
  });
});
