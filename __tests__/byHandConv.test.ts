import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = join(root, 'scripts', 'by-hand-conv.ts');
const text = readFileSync(file, 'utf8');

test('is short, and stands on TensorFlow.js alone', () => {
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(125);
  const imports = ts.preProcessFile(text, true, true).importedFiles;
  expect(imports.map(({ fileName }) => fileName)).toEqual(['@tensorflow/tfjs']);
  expect(text).not.toMatch(/\bany\b|\bclass\b/);
});

test('its gradients are right, its cost falls, and it names pictures that it has not seen', () => {
  const run = spawnSync(process.execPath, ['--import', 'tsx', file], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  const all = (pattern: RegExp) => [...run.stdout.matchAll(pattern)];

  const gradients = all(/^(d[Wb]\d) differs from tf\.variableGrads by (\S+)$/gm);
  expect(gradients.map(([, name]) => name)).toEqual(['dW1', 'db1', 'dW2', 'db2', 'dW3', 'db3']);
  for (const [, , error] of gradients) expect(Number(error)).toBeLessThan(1e-4);

  const costs = all(/^cost after iteration \d+: (\d\.\d{6})$/gm).map(([, cost]) => Number(cost));
  expect(costs.length).toBeGreaterThan(3);
  expect(costs).toEqual([...costs].sort((a, b) => b - a));
  expect(costs[0]).toBeGreaterThan(0.9); // about ln 3 where nothing is known
  expect(costs.at(-1)!).toBeLessThan(0.2);

  const [[, right, m]] = all(/^(\d+) of (\d+) unseen pictures are named rightly$/gm);
  expect(Number(right) / Number(m)).toBeGreaterThanOrEqual(0.9);
});

test.each([
  ['dW3', 'tf.matMul(dZ3, F2, false, true).div(m)', 'tf.matMul(dZ3, F2, false, true)'],
  ['dW2', '.transpose([1, 2, 0, 3]).div(m); // (3, 3, 4, 8)', '.transpose([2, 1, 0, 3]).div(m);'],
  ['db2', 'dZ2.sum([0, 1, 2]).div(m)', 'dZ2.mean([0, 1, 2])'],
  ['dW1', 'W2.reverse([0, 1])', 'W2'],
  ['dW1', '.mul(isLargest)', ''],
  ['dW1', 'dA2.mul(Z2.greater(0))', 'dA2'],
])('its own check names %s, where %s is wrong', (name, right, wrong) => {
  expect(text.split(right)).toHaveLength(2);
  const args = ['--input-type=module', '--eval'];
  const javaScript = ts.transpile(text.replace(right, wrong), {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
  });
  const { status, stderr } = spawnSync(process.execPath, [...args, javaScript], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toContain(`${name} is wrong`);
});
