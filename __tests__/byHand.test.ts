import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = join(root, 'scripts', 'by-hand.ts');
const text = readFileSync(file, 'utf8');

test('fits on two screens, and stands on TensorFlow.js alone', () => {
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(120);
  const imports = ts.preProcessFile(text, true, true).importedFiles;
  expect(imports.map(({ fileName }) => fileName)).toEqual(['@tensorflow/tfjs']);
  expect(text).not.toMatch(/\bany\b|\bclass\b/);
});

test('its gradients are right, its cost falls, and it learns', () => {
  const run = spawnSync(process.execPath, ['--import', 'tsx', file], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  const all = (pattern: RegExp) => [...run.stdout.matchAll(pattern)];

  const gradients = all(/^(d[Wb]\d) differs from tf\.variableGrads by (\S+)$/gm);
  expect(gradients.map(([, name]) => name)).toEqual(['dW1', 'db1', 'dW2', 'db2']);
  for (const [, , error] of gradients) expect(Number(error)).toBeLessThan(1e-4);

  const costs = all(/^cost after iteration \d+: (\d\.\d{6})$/gm).map(([, cost]) => Number(cost));
  expect(costs.length).toBeGreaterThan(3);
  expect(costs).toEqual([...costs].sort((a, b) => b - a));
  expect(costs[0]).toBeGreaterThan(0.5); // about ln 2 where nothing is known
  expect(costs.at(-1)!).toBeLessThan(0.2);

  const [[, right, m]] = all(/^(\d+) of (\d+) points are on the right side$/gm);
  expect(Number(right) / Number(m)).toBeGreaterThanOrEqual(0.95);
});

test.each([
  ['dW2', 'tf.matMul(dZ2, A1, false, true).div(m)', 'tf.matMul(dZ2, A1, false, true)'],
  ['db1', 'dZ1.sum(1, true).div(m)', 'dZ1.sum(1, true)'],
  ['dW1', 'tf.sub(1, A1.square())', 'tf.sub(1, A1)'],
])('its own check names %s, where that is wrong', (name, right, wrong) => {
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
