import { join } from 'node:path';
import { expect } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { startPython } from '../../../src/cli/python/child.js';
import { FLOAT64 } from '../../../src/float64/index.js';
import type { LoadedFile, PointAnswer } from '../../../src/oracle/python/answers.js';
import { pointsOf } from '../../../src/oracle/python/points.js';
import { recordedPasses } from '../../../src/oracle/python/recorded.js';
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
    const passes = recordedPasses(point, answer)!;

    const { forward, backward, params, seeds, returned, hand, values } = passes;
    expect(forward.map(({ kernel, place }) => [kernel, place?.line])).toEqual([
      ['Reshape', 8],
      ['BatchMatMul', 9],
      ['Add', 9],
      ['Multiply', undefined],
      ['Sum', undefined],
    ]);
    const [line, source] = [9, '    out = rows.dot(w) + b'];
    expect(textOf('affine.py').split('\n')[line - 1]).toBe(source);
    expect(forward[1].place).toMatchObject({ line, column: source.indexOf('rows') + 1 });
    expect(backward.map(({ place }) => place?.line)).toEqual([16, 16, 16, 17, 17, 17, 18]);

    // One value is one tensor, wherever it goes.
    expect(Object.values(forward[0].inputs)).toEqual([params.x]);
    expect(forward[1].inputs.a).toBe(forward[0].outputs[0]);
    expect(backward.at(-1)?.inputs.x).toBe(seeds.out);

    // dw = xᵀ dout, by a plain loop.
    const [x, dout, dw] = [params.x, seeds.out, returned.dw].map((t) => t.dataSync());
    const [N, M] = seeds.out.shape;
    const sum = (d: number, j: number) =>
      Array.from({ length: N }, (_, n) => x[n * 6 + d] * dout[n * M + j]).reduce((a, b) => a + b);
    const loop = Array.from({ length: 6 * M }, (_, i) => sum(Math.floor(i / M), i % M));
    loop.forEach((value, i) => {
      expect(dw[i]).toBeCloseTo(value, 12);
      expect(hand.dw.dataSync()[i]).toBeCloseTo(value, 12);
    });

    const named = values.map(({ name, function: of, place }) => `${of}: ${name} ${place?.line}`);
    expect(named).toContain('forward: rows 8');
    expect(named).toContain('backward: dx 16');
    expect(values.find(({ name }) => name === 'dx')?.tensor).toBe(returned.dx);
    expect(values.find(({ name }) => name === 'cache[1]')?.tensor).toBe(params.w);

    passes.dispose();
    expect(tf.memory().numTensors).toBe(before);
  } finally {
    child.end();
  }
});
