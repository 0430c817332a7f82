import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { intoTheNextLayer, withoutLearningRate } from '../../examples/check/notes/003-update.js';
import { CheckError } from '../../src/core/errors.js';
import * as activations from '../../src/course/activations.js';
import { updateParameters } from '../../src/course/planarNetwork.js';
import { checkGradients } from '../../src/oracle/checkGradients.js';
import type { Subject } from '../../src/oracle/subject.js';
import { checkUpdate } from '../../src/oracle/updates/checkUpdate.js';
import { relativeError, toTensor } from '../support/matrices.js';
import { onFloat64, reference } from './reference.js';

/*
 * Where the notes' code is wrong: each line of it as a module under examples/check/notes, with what the
 * check must say. The sentences follow from the equations. docs/course.md tells the same.
 */

onFloat64();
const folder = fileURLToPath(new URL('../../examples/check/notes', import.meta.url));
const load = <T = Subject>(file: string): Promise<T> =>
  import(pathToFileURL(join(folder, file)).href);
const documentation = readFileSync(new URL('../../docs/course.md', import.meta.url), 'utf8');

interface Verdict {
  readonly wrong: readonly string[];
  /** The mistake that the oracle knows it for. */
  readonly id: string;
  /** Why, in its words; nothing where it does not know the mistake. */
  readonly says: readonly string[];
}

const verdicts: Record<string, Verdict> = {
  '000-db-squeezed.ts': {
    wrong: ['db1', 'db2'],
    id: 'keepdims-missing',
    says: [
      'db1 has the right numbers in the shape (3). db2 has the right numbers in the shape ().',
    ],
  },
  '002-leaky-relu-backward.ts': {
    wrong: ['dW1', 'db1', 'dW2', 'db2'],
    id: 'dA-dropped',
    says: [
      'dZ2 does not hold dA2 where Z2 is negative. dZ1 does not hold dA1 where Z1 is negative.',
    ],
  },
  '002-tanh-backward.ts': {
    wrong: ['dW1', 'db1', 'dW2', 'db2'],
    id: 'dA-dropped',
    says: [
      'dZ2 does not hold dA2: it is the derivative alone. dZ1 does not hold dA1: it is the derivative alone.',
    ],
  },
  '003-grads-reversed.ts': {
    wrong: ['dW1', 'db1', 'dW3', 'db3'],
    id: 'mixed-up',
    says: [
      'dW3 is the gradient of W1. db3 is the gradient of b1. dW1 is the gradient of W3. db1 is the gradient of b3.',
    ],
  },
  '003-outer-w.ts': {
    wrong: ['dW1', 'db1'],
    id: 'wrong-W',
    says: ['dA1 uses W3 where W2 belongs.'],
  },
  '003-softmax-reads-z.ts': {
    wrong: ['dW1', 'db1'],
    id: 'unreached',
    says: ['dW1: the cost does not depend on W1.', 'db1: the cost does not depend on b1.'],
  },
  // The line alone is known of TypeScript.
  '003-outer-z.ts': { wrong: ['dW1', 'db1', 'dW2', 'db2'], id: 'derivative-of-another', says: [] },
  // Caught, and not named: they are wrong forward, and differentiate as they should.
  '002-leaky-relu-forward.ts': { wrong: ['dW1', 'db1', 'dW2', 'db2'], id: 'unknown', says: [] },
  '003-softmax-over-samples.ts': { wrong: ['dW1', 'db1'], id: 'unknown', says: [] },
};

describe('the check on', () => {
  test.each(Object.entries(verdicts))('%s', async (file, { wrong, id, says }) => {
    const { causes, parameters } = await checkGradients(await load(file));
    const found = parameters.filter(({ passed }) => !passed).map(({ name }) => name);
    expect(found.sort()).toEqual([...wrong].sort());
    expect(new Set(causes.map((cause) => cause.id))).toEqual(new Set([id]));
    if (says.length > 0) expect(causes.map(({ sentence }) => sentence)).toEqual(says);
    for (const sentence of says) expect(documentation).toContain(sentence);
  });

  test('003-relu-on-the-output.ts: the logarithm of a relu is no cost', async () => {
    const run = checkGradients(await load('003-relu-on-the-output.ts'));
    await expect(run).rejects.toThrow(CheckError);
    await expect(run).rejects.toThrow('The cost is NaN at the point of the check.');
    expect(documentation).toContain('The cost is NaN at the point of the check.');
  });
});

describe('what shows a forward pass that is wrong', () => {
  const { Z, leakyRelu, softmax } = reference.elementary;
  const off = (A: tf.Tensor, expected: number[][]) => relativeError(A.dataSync(), expected.flat());

  test("leaky relu: PyTorch's numbers", async () => {
    type Module = { activate(tf: unknown, Z: tf.Tensor2D): tf.Tensor2D };
    const { activate } = await load<Module>('002-leaky-relu-forward.ts');
    expect(off(activate(tf, toTensor(Z)), leakyRelu.A)).toBeGreaterThan(0.001);
    expect(off(activations.leakyRelu(toTensor(Z)), leakyRelu.A)).toBeLessThan(1e-12);
  });

  test('softmax: probabilities that sum to 1 for the samples, not for the classes', async () => {
    type Module = { softmax(tf: unknown, Z: tf.Tensor2D): tf.Tensor2D };
    const { softmax: ofTheNote } = await load<Module>('003-softmax-over-samples.ts');
    const sums = (A: tf.Tensor2D, axis: number) => [...tf.sum(A, axis).dataSync()];
    for (const sum of sums(ofTheNote(tf, toTensor(Z)), 1)) expect(sum).toBeCloseTo(1, 12);
    expect(sums(ofTheNote(tf, toTensor(Z)), 0).every((sum) => Math.abs(sum - 1) > 0.01)).toBe(true);
    expect(off(ofTheNote(tf, toTensor(Z)), softmax.A)).toBeGreaterThan(0.1);
    for (const sum of sums(activations.softmax(toTensor(Z)), 0)) expect(sum).toBeCloseTo(1, 12);
  });
});

describe('the update', () => {
  const rule = { rule: 'gradientDescent', learningRate: 0.0075 } as const;

  test('without a learning rate is named', () => {
    const { passed, wrong, cause } = checkUpdate(withoutLearningRate(tf), rule);
    expect({ passed, wrong }).toEqual({ passed: false, wrong: ['W1', 'b1', 'W2', 'b2'] });
    expect(cause!.id).toBe('learning-rate-missing');
    expect(cause!.sentence).toBe('The learning rate is missing.');
    expect(documentation).toContain(cause!.sentence);
  });

  test("into the next layer has that layer's shape wrong", () => {
    const run = () => checkUpdate(intoTheNextLayer(tf), rule);
    expect(run).toThrow('W2 came in as (5, 3), but the update returns it as (3, 2) in step 1.');
    expect(documentation).toContain('W2 came in as (5, 3), but the update returns it as (3, 2)');
  });

  test("the course's passes", () => {
    const report = checkUpdate((params, grads, _, { learningRate }) => {
      return { params: updateParameters(params, grads, learningRate) };
    }, rule);
    expect(report.passed).toBe(true);
  });
});

test('numpy refuses the lines that docs/course.md says it refuses', () => {
  expect(Object.keys(reference.refused)).toHaveLength(5);
  for (const answer of Object.values(reference.refused)) {
    expect(documentation).toContain(answer);
  }
});

test('every module is held here, stands in docs/course.md, and says how it is run', () => {
  const files = readdirSync(folder).sort();
  const held = [...Object.keys(verdicts), '003-relu-on-the-output.ts', '003-update.ts'];
  expect(files).toEqual(held.sort());
  for (const file of files) {
    expect(documentation).toContain(`notes/${file}`);
    const [what, how] = readFileSync(join(folder, file), 'utf8').split('\n');
    expect(what).toMatch(/^\/\/ Note 00\d's .*\.$/);
    if (file !== '003-update.ts') {
      expect(how).toBe(`//   handgrad check examples/check/notes/${file}`);
    }
  }
});
