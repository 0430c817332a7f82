import { join } from 'node:path';
import { expect } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { startPython } from '../../../src/cli/python/child.js';
import { FLOAT64 } from '../../../src/float64/index.js';
import type { LoadedFile, PointAnswer } from '../../../src/oracle/python/answers.js';
import { unpack } from '../../../src/oracle/python/packed.js';
import { pointsOf } from '../../../src/oracle/python/points.js';
import { recordingOf } from '../../../src/oracle/python/recorded.js';
import { Expressions, sceneOf } from '../../../src/oracle/python/scene.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { python, textOf, withNumpy, write } from './python.js';

/* What a diagnosis gets: both passes as operations with their places, and the user's names. */

const folder = temporaryFolder();

withNumpy.test('both passes of an affine layer', async () => {
  const path = write(join(folder, 'affine.py'), textOf('affine.py'));
  await tf.setBackend(FLOAT64);
  const child = startPython(python);
  try {
    const file = (await child.ask({ ask: 'load', file: path, names: {} })) as LoadedFile;
    const point = pointsOf(file, 1).base;
    const asked = { ask: 'point', point, seed: 1, differences: null } as const;
    const answer = (await child.ask(asked)) as PointAnswer;
    const before = tf.memory().numTensors;
    const expressions = new Expressions(file.sources);
    const scene = sceneOf({ point, answer }, file, expressions)!;

    const { forward, backward, leaves, returned, cached } = scene;
    const leaf = (name: string) => [...leaves].find(([, own]) => own === name)![0];
    const lineOf = ({ calls }: { calls: readonly { line: number }[] }) => calls[0]?.line;
    expect(forward.map((operation) => [operation.kernel, lineOf(operation)])).toEqual([
      ['Reshape', 8],
      ['BatchMatMul', 9],
      ['Add', 9],
      ['Multiply', undefined],
      ['Sum', undefined],
    ]);
    const [line, source] = [9, '    out = rows.dot(w) + b'];
    expect(textOf('affine.py').split('\n')[line - 1]).toBe(source);
    expect(forward[1].calls[0]).toMatchObject({ line, column: source.indexOf('rows') + 1 });
    expect(backward.map(lineOf)).toEqual([16, 16, 16, 17, 17, 17, 18]);

    // One value is one object, wherever it goes.
    expect(Object.values(forward[0].inputs)).toEqual([leaf('x')]);
    expect(Object.values(forward[0].inputs)[0]).toBe(leaf('x'));
    expect(forward[1].inputs.a).toBe(forward[0].outputs[0]);
    expect(backward.at(-1)?.inputs.x).toBe(leaf('dout'));

    // dw = xᵀ dout, by a plain loop.
    const [x, dout, dw] = [leaf('x'), leaf('dout'), returned.dw].map(({ values }) => values);
    const hand = tf.tidy(() => unpack(answer.hand.w).dataSync().slice());
    const [N, M] = leaf('dout').shape;
    const sum = (d: number, j: number) =>
      Array.from({ length: N }, (_, n) => x[n * 6 + d] * dout[n * M + j]).reduce((a, b) => a + b);
    const loop = Array.from({ length: 6 * M }, (_, i) => sum(Math.floor(i / M), i % M));
    loop.forEach((value, i) => {
      expect(dw[i]).toBeCloseTo(value, 12);
      expect(hand[i]).toBeCloseTo(value, 12);
    });

    const { names, cache } = recordingOf(answer)!;
    const named = names.map(({ name, function: of, line }) => `${of}: ${name} ${line}`);
    expect(named).toContain('forward: rows 8');
    expect(named).toContain('backward: dx 16');
    expect(cached.get(returned.dx)).toBe('dx');
    expect(cache.find(({ name }) => name === 'cache[1]')?.id).toBe(recordingOf(answer)!.inputs.w);
    // The words are the file's own.
    const [place] = backward[3].calls;
    expect(expressions.lookup(place)?.within ?? expressions.lookup(place)?.target).toBe('dw');

    expect(tf.memory().numTensors).toBe(before);
  } finally {
    child.end();
  }
});
