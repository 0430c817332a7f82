import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = join(root, 'scripts', 'by-hand-attention.ts');
const text = readFileSync(file, 'utf8');

const parameters = 'W3 b3 W2 b2 W1 b1 gamma2 beta2 Wo Wq Wk Wv gamma1 beta1 E'.split(' ');

test('fits on four screens, and stands on TensorFlow.js alone', () => {
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(200);
  const imports = ts.preProcessFile(text, true, true).importedFiles;
  expect(imports.map(({ fileName }) => fileName)).toEqual(['@tensorflow/tfjs']);
  expect(text).not.toMatch(/\bany\b|\bclass\b/);
});

test('each line of the forward and the backward step ends in its shape', () => {
  const steps = /^function (?:for|back)ward.*?^}$/gms;
  const lines = [...text.matchAll(steps)].flatMap(([step]) => step.split('\n'));
  const equations = lines.filter((line) => /^ {2}const \w+ = /.test(line));
  expect(equations.length).toBeGreaterThan(50);
  for (const line of equations) expect(line).toMatch(/; \/\/ \([\w, ]+\)/);
});

test('its gradients are right, its cost falls, and it learns', () => {
  const run = spawnSync(process.execPath, ['--import', 'tsx', file], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  const all = (pattern: RegExp) => [...run.stdout.matchAll(pattern)];

  const gradients = all(/^d(\w+) differs from tf\.variableGrads by (\S+)$/gm);
  expect(gradients.map(([, name]) => name)).toEqual(parameters);
  for (const [, , error] of gradients) expect(Number(error)).toBeLessThan(1e-5);

  const costs = all(/^cost after iteration \d+: (\d\.\d{6})$/gm).map(([, cost]) => Number(cost));
  expect(costs.length).toBeGreaterThan(3);
  expect(costs).toEqual([...costs].sort((a, b) => b - a));
  expect(costs[0]).toBeGreaterThan(1.5); // ln 10 = 2.3 where nothing is known, and a start by chance
  expect(costs.at(-1)!).toBeLessThan(0.05);

  const [[, right, n]] = all(/^(\d+) of (\d+) positions of new sequences/gm);
  expect(Number(right) / Number(n)).toBeGreaterThanOrEqual(0.95);
});

test.each([
  ['dW3', 'tf.softmax(Z3).sub(Y).div(n)', 'tf.softmax(Z3).sub(Y)'],
  ['dgamma2', 'dN2.mul(XHat2).sum(0)', 'dN2.mul(X2).sum(0)'],
  ['dWo', 'dX2.add(dXHat2', 'dXHat2.add(dXHat2'], // not past the block
  ['dWo', 'sub(throughMu2).sub(throughSigma2)', 'sub(throughMu2)'],
  ['dWq', 'dA.sub(dA.mul(A).sum(-1, true))', 'dA'], // the second half of softmax's Jacobian
  ['dWq', '.div(Math.sqrt(k)); // (m, h, T, T)', '; // (m, h, T, T)'],
  ['dWk', 'tf.matMul(dS, Q, true, false)', 'tf.matMul(dS, Q)'],
  ['dWv', 'tf.matMul(A, dH, true, false)', 'tf.matMul(A, dH)'],
  ['dgamma1', 'dN1q.add(dN1k).add(dN1v)', 'dN1q.add(dN1k)'],
  ['dE', 'sub(throughMu1).sub(throughSigma1)', 'sub(throughSigma1)'],
])('its own check names %s, where %s was', (name, right, wrong) => {
  expect(text.split(right)).toHaveLength(2);
  const javaScript = ts.transpile(text.replace(right, wrong), {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
  });
  const args = ['--input-type=module', '--eval', javaScript];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain(`Error: ${name} is wrong`);
});
