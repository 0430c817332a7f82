import { describe, expect, test } from '@jest/globals';
import { linear, sigmoid, softmax, tanh } from '../../src/core/activations.js';
import { ModelError } from '../../src/core/errors.js';
import type { Layer } from '../../src/core/layer.js';
import { dense } from '../../src/core/layers.js';
import { meanSquaredError } from '../../src/core/losses.js';
import { network } from '../../src/core/network.js';
import type { Card } from '../../src/export/card.js';
import {
  isMultiLabel,
  labelOf,
  likeliest,
  pictureInput,
  present,
  probabilities,
} from '../../src/export/pictureModel.js';

const card = (of: Partial<Card> = {}, channels = 3) =>
  ({
    classNames: ['other', 'cat'],
    preprocessing: { height: 4, width: 5, channels, scale: '1/255', resize: '' },
    ...of,
  }) as Card;

describe('the pictures that a network takes', () => {
  test('are those of its card', () => {
    expect(pictureInput(60, card(), 'cat')).toEqual({ height: 4, width: 5 });
  });

  test('are squares without a card', () => {
    expect(pictureInput(12288, undefined, 'cat')).toEqual({ height: 64, width: 64 });
  });

  test.each<[string, number, Card | undefined, string]>([
    ['no square', 60, undefined, 'cat has no card.json'],
    ['a card of another network', 61, card(), 'says pictures of 4x5x3, but the model takes 61'],
    ['two channels', 40, card({}, 2), 'cat takes pictures of 2 channels'],
  ])('%s is refused', (_, nX, of, message) => {
    expect(() => pictureInput(nX, of, 'cat')).toThrow(ModelError);
    expect(() => pictureInput(nX, of, 'cat')).toThrow(message);
  });
});

describe('the outputs', () => {
  const ending = (...layers: Layer[]) => network({ nX: 2, layers, loss: meanSquaredError });
  const binary = ending(dense(3, tanh), dense(1, sigmoid));
  const three = ending(dense(3, softmax));

  test('a single one is the probability of class 1', () => {
    expect(probabilities([0.25], binary, card(), 'cat')).toEqual([
      { name: 'other', probability: 0.75 },
      { name: 'cat', probability: 0.25 },
    ]);
  });

  test('several are one for each class', () => {
    const of = card({ classNames: ['a', 'b', 'c'] });
    expect(probabilities(Float32Array.of(0.25, 0.5, 0.25), three, of, 'm')).toEqual([
      { name: 'a', probability: 0.25 },
      { name: 'b', probability: 0.5 },
      { name: 'c', probability: 0.25 },
    ]);
  });

  test('without a card the classes are their labels', () => {
    expect(probabilities([0.25], binary, undefined, 'm').map(({ name }) => name)).toEqual([
      '0',
      '1',
    ]);
  });

  test('that are no probabilities are refused', () => {
    const of = () => probabilities([3], ending(dense(1, linear)), card(), 'cat');
    expect(of).toThrow(ModelError);
    expect(of).toThrow('The last layer of cat is linear: its outputs are no probabilities.');
  });

  test('of other classes than the card names are refused', () => {
    const of = () => probabilities([0.2, 0.3, 0.5], three, card(), 'cat');
    expect(of).toThrow(ModelError);
    expect(of).toThrow('The card of cat names 2 classes, but the model gives 3.');
  });

  test('of several sigmoid outputs every class above 0.5 is present, and there may be none', () => {
    const each = ending(dense(3, sigmoid));
    const of = card({ classNames: ['a', 'b', 'c'] });
    const said = (p: number[], from = each) =>
      labelOf(present(probabilities(p, from, of, 'm'), from));
    expect(said([0.9, 0.2, 0.6])).toBe('a, c');
    expect(said([0.1, 0.2, 0.5])).toBe('none');
    expect(said([0.3, 0.3, 0.4], three)).toBe('c'); // a softmax has one class
    expect([each, three, binary].map(isMultiLabel)).toEqual([true, false, false]);
  });

  test.each([
    [0.51, 'cat'],
    [0.5, 'other'],
    [0.49, 'other'],
  ])('of p = %d the likeliest is %s', (p, name) => {
    expect(likeliest(probabilities([p], binary, card(), 'm')).name).toBe(name);
  });
});
