import { readFileSync, rmSync } from 'node:fs';
import { beforeEach, expect, test } from '@jest/globals';
import { checkGradients } from '../../../../src/oracle/checkGradients.js';
import type { Subject } from '../../../../src/oracle/subject.js';
import { useBackend } from '../../../../src/runtime/backends.js';
import { explained, load, type Written } from './module.js';
import { modules } from './modules.js';

/* Random numbers for gradients: whatever explains them is made up. */

beforeEach(() => useBackend('float64'));

/** A module with random numbers for its backward pass, the same each time that it runs. */
const withRandom = (written: Written, seed: number): Written => ({
  ...written,
  source: `${written.source.split('export function backward')[0]}
export function backward(tf, params) {
  const grads = {};
  Object.entries(params).forEach(([name, P], i) => {
    const noise = tf.randomNormal(P.shape, 0, 1, 'float32', ${seed} + i);
    grads['d' + name] = tf.mul(noise, 2);
  });
  return grads;
}
`,
});

const names = Object.keys(modules) as (keyof typeof modules)[];
const cases = names.flatMap((name) => [1, 20, 300].map((seed) => [name, seed] as const));

test.each(cases)('%s, seed %d: the code explains nothing', async (name, seed) => {
  expect(await explained(withRandom(modules[name], seed))).toEqual([]);
});

// Of what holds indices the check has to be told.
const drawn = names.filter((name) => !modules[name].isIndices);

test.each(drawn)('%s: the report says that it does not know', async (name) => {
  const written = withRandom(modules[name], 7);
  const { subject, file } = await load(written.source);
  const sized = Object.entries(written.shapes).map(([key, sides]) => [
    key,
    sides.map((side) => (side === 'N' ? 'N' : (written.sizes[side] ?? Number(side)))),
  ]);
  const shapes = Object.fromEntries(sized) as NonNullable<Subject['shapes']>;
  const report = await checkGradients(
    { ...subject, shapes, labels: 'real' },
    { source: (path) => readFileSync(path, 'utf8') },
  );
  rmSync(file);
  expect(report.passed).toBe(false);
  expect(report.causes.map(({ id }) => id)).toEqual(['unknown']);
  const [{ where, sentence, correction, counterfactual }] = report.causes;
  expect([...where].sort()).toEqual(report.parameters.map((one) => one.name).sort());
  expect(sentence).toContain('is unknown');
  expect([correction, counterfactual]).toEqual([undefined, undefined]);
});
