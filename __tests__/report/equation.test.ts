import { expect, test } from '@jest/globals';
import { ValueError } from '../../src/core/errors.js';
import { equation } from '../../src/report/equation.js';
import { faults, parse } from './markup.js';

test('a fraction is a fraction of MathML', () => {
  const html = equation('dW = \\frac{1}{m} dZ A^{T}');
  expect(faults(html)).toEqual([]);
  const elements = parse(html);
  expect(elements[0]).toMatchObject({ name: 'math', attributes: { display: 'block' } });
  const fraction = elements.find(({ name }) => name === 'mfrac')!;
  const parts = elements.filter(({ parent }) => parent === fraction);
  expect(parts.map(({ name, text }) => [name, text])).toEqual([
    ['mn', '1'],
    ['mi', 'm'],
  ]);
});

test('inline, and with what HTML would take for a tag', () => {
  const elements = parse(equation('a < b', { inline: true }));
  expect(elements[0].attributes.display).toBeUndefined();
  expect(elements.find(({ name }) => name === 'mo')!.text).toBe('<');
});

test('what is not TeX', () => {
  expect(() => equation('\\frac{1}')).toThrow(ValueError);
  expect(() => equation('\\frac{1}')).toThrow('equation: \\frac{1} is not TeX');
});
