import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { checkGradients } from '../src/oracle/checkGradients.js';
import { reportText } from '../src/oracle/report/text.js';
import type { Subject } from '../src/oracle/subject.js';

/*
 * Every module of examples/check with the sentence and the corrected line that its report must hold.
 * They follow from the course's equations, not from what the tool prints.
 */

const folder = fileURLToPath(new URL('../examples/check', import.meta.url));

interface Expected {
  readonly sentence: string;
  readonly correction: string;
  /** The gradients that are wrong; all others must be found right. */
  readonly wrong: readonly string[];
}

const mistakes: Readonly<Record<string, Expected>> = {
  'dot-for-elementwise.mjs': {
    sentence: 'dZ1 is a matrix product where an element-wise product belongs.',
    correction: 'dZ1 = (W2ᵀ dZ2) ∘ (1 - A1²)',
    wrong: ['dW1', 'db1'],
  },
  'dropout-not-scaled.mjs': {
    sentence: 'dA1 has the dropout mask D1, but is not divided by keep.',
    correction: 'dA1 = W2ᵀ dZ2, then ∘ D1/keep',
    wrong: ['dW1', 'db1'],
  },
  'elementwise-for-dot.mjs': {
    sentence: 'dW is an element-wise product where a matrix product belongs.',
    correction: 'dW = 1/m dZ Xᵀ',
    wrong: ['dW'],
  },
  'leaky-relu-without-da.ts': {
    sentence:
      'dZ2 does not hold dA2 where Z2 is negative. dZ1 does not hold dA1 where Z1 is negative.',
    correction: 'dZ2 = (W3ᵀ dZ3) ∘ (Z2 > 0 ? 1 : 0.01)\n' + 'dZ1 = (W2ᵀ dZ2) ∘ (Z1 > 0 ? 1 : 0.01)',
    wrong: ['dW1', 'db1', 'dW2', 'db2'],
  },
  'mean-twice.ts': {
    sentence: 'dZ1 has a 1/m of its own: 1/m is applied twice.',
    correction: 'dZ1 = (W2ᵀ dZ2) ∘ (1 - A1²)',
    wrong: ['dW1', 'db1'],
  },
  'no-mean.mjs': {
    sentence: 'dw is m times too large: the 1/m is missing.',
    correction: 'dw = 1/m X dZᵀ',
    wrong: ['dw'],
  },
  'regularisation-missing.ts': {
    sentence:
      'dW3 lacks the term λ/m W3 of the regularisation. ' +
      'dW2 lacks the term λ/m W2 of the regularisation. ' +
      'dW1 lacks the term λ/m W1 of the regularisation.',
    correction:
      'dW3 = 1/m dZ3 A2ᵀ + λ/m W3\n' + 'dW2 = 1/m dZ2 A1ᵀ + λ/m W2\n' + 'dW1 = 1/m dZ1 Xᵀ + λ/m W1',
    wrong: ['dW1', 'dW2', 'dW3'],
  },
  'sigmoid-derivative-for-tanh.ts': {
    sentence:
      "dZ2 has sigmoid's derivative, but A2 is tanh(Z2). " +
      "dZ1 has sigmoid's derivative, but A1 is tanh(Z1).",
    correction: 'dZ2 = (W3ᵀ dZ3) ∘ (1 - A2²)\n' + 'dZ1 = (W2ᵀ dZ2) ∘ (1 - A1²)',
    wrong: ['dW1', 'db1', 'dW2', 'db2'],
  },
  'sign.ts': {
    sentence: 'dZ1 has the wrong sign.',
    correction: 'dZ1 = A1 - Y',
    wrong: ['dW1', 'db1'],
  },
  'softmax-as-sigmoid.ts': {
    sentence: "dZ2 holds sigmoid's derivative, as a hidden layer's does.",
    correction: 'dZ2 = A2 - Y',
    wrong: ['dW1', 'db1', 'dW2', 'db2'],
  },
  'softmax-mean-over-classes.mjs': {
    sentence: 'dZ is n_y = 3 times too small.',
    // A - Y stands in the module: the factor may as well be in what dW and db make of it.
    correction: 'dZ = A - Y\ndW = 1/m dZ Xᵀ\ndb = 1/m Σ dZ, over the samples',
    wrong: ['dW', 'db'],
  },
  'squared-error-twice.ts': {
    sentence: 'dZ2 is twice too large.',
    correction: 'dZ2 = A2 - Y',
    wrong: ['dW1', 'db1', 'dW2', 'db2'],
  },
  'sum-over-units.mjs': {
    sentence: 'db1 is summed over the wrong axis: over the units, not the samples.',
    correction: 'db1 = 1/m Σ dZ1, over the samples',
    wrong: ['db1'],
  },
  'sum-without-keepdims.mjs': {
    sentence: 'db2 has lost a dimension: keepDims is missing in the sum. The same holds for db1.',
    correction: 'db2 = 1/m Σ dZ2, over the samples\n' + 'db1 = 1/m Σ dZ1, over the samples',
    wrong: ['db1', 'db2'],
  },
  'tanh-from-z.mjs': {
    sentence: 'dZ1 puts Z1 where the derivative needs A1.',
    correction: 'dZ1 = (W2ᵀ dZ2) ∘ (1 - A1²)',
    wrong: ['dW1', 'db1'],
  },
  'tanh-without-da.ts': {
    sentence: 'dZ1 does not hold dA1: it is the derivative alone.',
    correction: 'dZ1 = (W2ᵀ dZ2) ∘ (1 - A1²)',
    wrong: ['dW1', 'db1'],
  },
  'w2-updated-first.mjs': {
    sentence: 'dA1 uses a W2 that was updated already; the W2 of the forward pass belongs there.',
    correction: 'dA1 = W2ᵀ dZ2, before W2 := W2 - α dW2',
    wrong: ['dW1', 'db1'],
  },
  'wrong-a-prev.ts': {
    sentence: 'dW2 uses A2 where A1 belongs.',
    correction: 'dW2 = 1/m dZ2 A1ᵀ',
    wrong: ['dW2'],
  },
};

const files = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ name }) => name)
  .sort();

const load = (file: string): Promise<Subject> => import(pathToFileURL(join(folder, file)).href);

test('right.ts is right: every element, against both', async () => {
  const report = await checkGradients(await load('right.ts'));
  // n_x = 7, m = 5, n_h = 3, as the probes draw them: W1 21, b1 3, W2 3, b2 1
  const elements = 7 * 3 + 3 + 3 + 1;
  expect(report.passed).toBe(true);
  expect(report.parameters.map(({ name, passed }) => [name, passed])).toEqual([
    ['dW1', true],
    ['db1', true],
    ['dW2', true],
    ['db2', true],
  ]);
  expect(report.checked).toEqual({ autodiff: elements, differences: elements, directions: 0 });
  expect(report.skipped).toBe(0);
  expect(report.causes).toEqual([]);
  expect(reportText(report)).toContain(
    'RIGHT: all 4 gradients agree with autodiff and central differences.\n',
  );
});

describe('the report on', () => {
  test.each(Object.entries(mistakes))('%s', async (file, { sentence, correction, wrong }) => {
    const report = await checkGradients(await load(file));
    expect(report.causes.map(({ sentence, correction }) => ({ sentence, correction }))).toEqual([
      { sentence, correction },
    ]);
    const found = report.parameters.filter(({ passed }) => !passed).map(({ name }) => name);
    expect(found.sort()).toEqual([...wrong].sort());
  });
});

test('every example is held here, and says how it is run', () => {
  expect(files).toEqual(['right.ts', ...Object.keys(mistakes)].sort());
  for (const file of files) {
    const [what, how] = readFileSync(join(folder, file), 'utf8').split('\n');
    expect(what).toMatch(/^\/\/ [A-Z].*\.$/);
    expect(how).toBe(`//   handgrad check examples/check/${file}`);
  }
});
