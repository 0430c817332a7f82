import { beforeEach, expect, test } from '@jest/globals';
import type { NdArray } from '../../../../src/float64/array.js';
import { divided } from '../../../../src/oracle/diagnosis/code/divided.js';
import { replay } from '../../../../src/oracle/diagnosis/code/program.js';
import type { Scene } from '../../../../src/oracle/diagnosis/code/scene.js';
import type { Operation } from '../../../../src/oracle/recording.js';
import { useBackend } from '../../../../src/runtime/backends.js';

beforeEach(() => useBackend('float64'));

const array = (...values: number[]): NdArray => ({
  values: Float64Array.from(values),
  shape: [values.length],
  dtype: 'float32',
});
const run = (kernel: string, x: NdArray, y: NdArray, line: number): Operation => ({
  ...{ kernel, attrs: {}, inputs: { x }, outputs: [y] },
  calls: [{ file: 'mine.mjs', line, column: 1 }],
});

/** d = Y², dA = -d, dB = tanh(d), dC = Y */
function sceneOf() {
  const [Y, d, dA, dB] = [
    array(1, 2),
    array(1, 4),
    array(-1, -4),
    array(Math.tanh(1), Math.tanh(4)),
  ];
  const backward = [run('Square', Y, d, 1), run('Neg', d, dA, 2), run('Tanh', d, dB, 3)];
  const scene: Scene = {
    ...{ forward: [], backward, cached: new Map(), cost: array(0), dimensions: {} },
    ...{ leaves: new Map([[Y, 'Y']]), returned: { dA, dB, dC: Y }, oracle: {}, noise: {} },
  };
  return { scene, Y, d };
}

const places = ({ backward }: Scene) => backward.map(({ kernel, attrs }) => attrs.place ?? kernel);

test('a value that a wrong gradient and others use is a value of its own for the wrong one', () => {
  const { scene, d } = sceneOf();
  const whole = divided(scene, new Set(['dB']));
  const [square, neg, use, tanh, ...ends] = whole.backward;
  expect([square, neg, tanh].map(({ kernel }) => kernel)).toEqual(['Square', 'Neg', 'Tanh']);
  expect(use.kernel).toBe('Identity');
  expect(String(use.attrs.place)).toMatch(/^uses 1:1 /);
  expect(neg.inputs.x).toBe(d);
  expect(use.inputs.x).toBe(d);
  expect(tanh.inputs.x).toBe(use.outputs[0]);
  expect(tanh.inputs.x).not.toBe(d);
  expect(ends.map(({ attrs }) => attrs.place)).toEqual(['return dA', 'return dB', 'return dC']);
  expect(whole.wrongOnly).toEqual([false, false, true, true, false, true, false]);
});

test('what is changed at the use changes the wrong gradient alone', () => {
  const { scene } = sceneOf();
  const whole = divided(scene, new Set(['dB']));
  const { dA, dB, dC } = replay(whole, new Map([[2, () => array(0, 1)]]));
  expect([...dA.values]).toEqual([-1, -4]);
  expect([...dB.values]).toEqual([0, Math.tanh(1)]);
  expect([...dC.values]).toEqual([1, 2]);
});

test('what nothing computed is named by what it is, and can be changed where it is returned', () => {
  const { scene, Y } = sceneOf();
  const whole = divided(scene, new Set(['dC']));
  expect(places(whole)).toEqual(['Square', 'Neg', 'Tanh', 'return dA', 'return dB', 'return dC']);
  const { dA, dC } = replay(whole, new Map([[5, () => array(5, 6)]]));
  expect([...dC.values]).toEqual([5, 6]);
  expect([...dA.values]).toEqual([-1, -4]);
  expect(scene.returned.dC).toBe(Y);
});

test('where every gradient is wrong the uses of leaves are divided, and those of its own values not', () => {
  const { scene } = sceneOf();
  const whole = divided(scene, new Set(['dA', 'dB', 'dC']));
  expect(places(whole).slice(0, 4)).toEqual(['uses Y', 'Square', 'Neg', 'Tanh']);
  expect(new Set(whole.wrongOnly)).toEqual(new Set([true]));
});

test('the scene that it was is as it was', () => {
  const { scene, d } = sceneOf();
  divided(scene, new Set(['dB']));
  expect(scene.backward.map(({ kernel }) => kernel)).toEqual(['Square', 'Neg', 'Tanh']);
  expect(scene.backward[2].inputs.x).toBe(d);
  expect(scene.wrongOnly).toBeUndefined();
});
