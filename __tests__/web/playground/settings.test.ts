import { describe, expect, test } from '@jest/globals';
import * as activations from '../../../src/core/activations.js';
import { choiceOf, type SetName, sets } from '../../../web/playground/sets.js';
import { fromQuery, hiddenActivations, toQuery, usual } from '../../../web/playground/settings.js';
import { tries } from '../../../web/playground/tries.js';

const names = Object.keys(sets) as SetName[];

describe('the state in the address', () => {
  test('nothing is what is usual, without a complaint', () => {
    expect(fromQuery('')).toEqual({ settings: usual, iteration: 0, complaints: [] });
  });

  test.each(names)('%s comes back as it was written', (set) => {
    const { points, noise = 0 } = choiceOf(set);
    const settings = {
      set,
      points: points + 2,
      noise: noise / 2,
      hidden: [
        { units: 8, activation: 'relu' },
        { units: 64, activation: 'leakyRelu' },
      ],
      start: 'he',
      rate: 0.003,
      seed: 4294967295,
      speed: 'max',
      backend: 'cpu',
      layer: 3,
      sample: 17,
    };
    const read = fromQuery(toQuery(settings, 1234));
    expect(read).toEqual({ settings, iteration: 1234, complaints: [] });
  });

  test.each(tries)('the link of "$title" leads to its settings', ({ settings }) => {
    const all = { ...usual, ...settings };
    expect(fromQuery(toQuery(all))).toEqual({ settings: all, iteration: 0, complaints: [] });
  });

  test('no hidden layer is a choice too', () => {
    const settings = { ...usual, hidden: [] };
    expect(fromQuery(toQuery(settings)).settings).toEqual(settings);
  });

  test.each([
    ['set=spiral', 'set=spiral: there are flower, '],
    ['points=401', 'points=401: give an even number'],
    ['points=1e9', 'points=1e9: give a whole number from 20 to 2000'],
    ['set=moons&noise=-1', 'noise=-1: give a number from 0 to 3'],
    ['layers=4-tanh.0-relu', 'layers=4-tanh.0-relu: give at most 6 such as 4-tanh.3-relu'],
    [
      'layers=4-softmax',
      'of elu, gelu, hardSigmoid, leakyRelu, linear, relu, sigmoid, silu, softplus, tanh.',
    ],
    ['layers=4-tanh-3', 'layers=4-tanh-3'],
    ['layers=1.1.1.1.1.1.1', 'give at most 6'],
    ['start=ones', 'start=ones: there are normal, '],
    ['rate=0', 'rate=0: give a number from 0.000001 to 1000'],
    ['rate=NaN', 'rate=NaN'],
    ['rate=', 'rate='],
    ['seed=-1', 'seed=-1: give a whole number from 0 to 4294967295'],
    ['seed=1.5', 'seed=1.5'],
    ['iteration=-5', 'iteration=-5'],
    ['backend=abacus', 'backend=abacus: there are auto, wasm, webgl, cpu'],
    ['speed=warp', 'speed=warp'],
    ['layer=x', 'layer=x'],
  ])('%s is told, and left at what is usual', (query, sentence) => {
    const { settings, iteration, complaints } = fromQuery(`?${query}`);
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toContain(sentence);
    const set = query.startsWith('set=moons') ? { set: 'moons', points: 200, noise: 0.2 } : {};
    expect({ settings, iteration }).toEqual({ settings: { ...usual, ...set }, iteration: 0 });
  });

  test('a layer and a sample that are not there become the last ones', () => {
    const { settings } = fromQuery('?set=xor&layers=3-tanh&layer=7&sample=1999');
    expect([settings.layer, settings.sample]).toEqual([2, 200]);
  });
});

test('every activation of core/ that is no softmax can be chosen', () => {
  const all = Object.values(activations).filter(({ name }) => name !== 'softmax');
  expect([...hiddenActivations.values()]).toEqual(all);
});
