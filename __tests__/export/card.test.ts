import { expect, test } from '@jest/globals';
import { ModelError } from '../../src/core/errors.js';
import { parseCard } from '../../src/export/card.js';

const preprocessing = { height: 8, width: 6, channels: 3, scale: '1/255', resize: '' };
const card = { preprocessing, classNames: ['other', 'cat'] };

test('a card that says what is needed is taken as it is', () => {
  expect(parseCard(card, 'card.json')).toBe(card);
});

test.each([
  ['null', null, 'classNames'],
  ['an empty one', {}, 'classNames'],
  ['classes that are a number', { ...card, classNames: 5 }, 'classNames'],
  ['one class', { ...card, classNames: ['cat'] }, 'classNames'],
  ['no preprocessing', { classNames: card.classNames }, 'the height of its preprocessing'],
  ['a width of 0', { ...card, preprocessing: { ...preprocessing, width: 0 } }, 'the width'],
])('%s is refused', (_, value, message) => {
  expect(() => parseCard(value, 'a/card.json')).toThrow(ModelError);
  expect(() => parseCard(value, 'a/card.json')).toThrow('a/card.json is no model card');
  expect(() => parseCard(value, 'a/card.json')).toThrow(message);
});
