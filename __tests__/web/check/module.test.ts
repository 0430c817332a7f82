import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { translate } from '../../../web/check/module.js';

type Exports = Record<string, unknown>;

/** Runs the code as the worker does, and gives what it exports. */
async function run(code: string, required: (name: string) => unknown = () => undefined) {
  const translation = translate(code);
  if ('problem' in translation) throw new Error(translation.problem);
  const uri = `data:text/javascript,${encodeURIComponent(translation.script)}`;
  const { default: module } = await import(uri);
  const exports: Exports = {};
  await module(exports, required);
  return exports;
}

test('exports of each kind, types taken out, await at the top', async () => {
  const { forward, labels, X, Y } = await run(`
    import type { Tensor } from '@tensorflow/tfjs-core';
    type Params = Readonly<Record<string, Tensor>>;
    export const labels = 'one-hot' as const;
    export const X: number[][] = [[await Promise.resolve(3)]];
    export function forward(tf: unknown, { W }: Params) { return W; }
    const Z = 5;
    export { Z as Y };`);
  expect([labels, X, Y]).toEqual(['one-hot', [[3]], 5]);
  expect((forward as (tf: unknown, params: object) => unknown)(0, { W: 7 })).toBe(7);
});

describe('imports ask for a module by its name', () => {
  const tensorflow = { add: (a: number, b: number) => a + b, __esModule: true };
  const required = (name: string) => {
    if (name !== 'tf') throw new Error(`not ${name}`);
    return { ...tensorflow, default: tensorflow };
  };

  test.each([
    ["import * as tf from 'tf'; export const X = tf.add(1, 2);"],
    ["import tf from 'tf'; export const X = tf.add(1, 2);"],
    ["import { add } from 'tf'; export const X = add(1, 2);"],
    ["const { add } = await import('tf'); export const X = add(1, 2);"],
  ])('%s', async (code) => {
    expect((await run(code, required)).X).toBe(3);
  });

  test.each([
    ["import 'http://localhost/x.js'"],
    ["await import('http://localhost/x.js')"],
    ["const there = 'http://localhost/x.js'; await import(there)"],
    ["await import/**/\n('http://localhost/x.js')"],
    ["export * from 'http://localhost/x.js'"],
  ])('%s reaches nothing but the function that is asked', async (code) => {
    await expect(run(code, required)).rejects.toThrow('not http://localhost/x.js');
    const { script } = translate(code) as { script: string };
    const file = ts.createSourceFile('a.js', script, ts.ScriptTarget.ESNext, true);
    const imports = (node: ts.Node): boolean =>
      node.kind === ts.SyntaxKind.ImportKeyword ||
      ts.isImportDeclaration(node) ||
      node.getChildren().some(imports);
    expect(imports(file)).toBe(false);
  });
});

test('every line stays in its place, for every example', () => {
  const folder = fileURLToPath(new URL('../../../examples/check', import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.m?[jt]s$/.test(file),
  );
  expect(files.length).toBeGreaterThan(20);
  for (const file of files) {
    const code = readFileSync(join(folder, file), 'utf8');
    const { script } = translate(code) as { script: string };
    const lines = script.split('\n');
    code.split('\n').forEach((line, i) => {
      if (/^\s*(const|return) /.test(line) && !/: |<| as /.test(line)) {
        expect([file, i, lines[i].trim()]).toEqual([file, i, line.trim()]);
      }
    });
  }
});

test('an error has the line of the code, and its name', async () => {
  const code = 'type A = {\n  a: number;\n};\nthrow new Error("no");';
  const error = await run(code).catch((error) => error);
  expect(error.stack).toMatch(/:4:7\)/);
  expect(translate(code)).toEqual({ script: expect.stringMatching(/\n\/\/# sourceURL=code\n$/) });
});

test.each([
  ['const a = 1;\nconst = 2;\n', 'Unexpected token', 2],
  ['export function forward( {\n', 'Unexpected token', 2],
  ['const a = 1;\n}\n', 'Unexpected token', 2],
  ["const a = 'x", 'Unterminated string constant', 1],
])('%j cannot be read: a sentence, and the line', (code, said, line) => {
  expect(translate(code)).toEqual({ problem: expect.stringContaining(said), line });
});
