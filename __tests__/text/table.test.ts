import { describe, expect, test } from '@jest/globals';
import { table } from '../../src/text/table.js';

test('text to the left, numbers to the right', () => {
  const rows = [
    ['name', 'value'],
    ['a', '1.5'],
    ['longer', '-2e-7'],
    ['b', '12.00 %'],
  ];
  expect(table(rows)).toBe(
    ['name    value', 'a           1.5', 'longer    -2e-7', 'b       12.00 %'].join('\n'),
  );
});

describe('a table is never wider than the terminal, and loses nothing', () => {
  const rows = [
    ['picture', 'label', 'cat'],
    ['photographs/of/my/holidays/the-neighbours-cat-on-our-roof.jpg', 'cat', '0.974'],
    ['b.png', 'non-cat', '0.087'],
  ];
  test.each([40, 60, 80, 200])('%d columns', (width) => {
    const text = table(rows, { width });
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
    const letters = (text: string) => [...text.replace(/[\s:]/g, '')].sort().join('');
    expect(letters(text)).toBe(letters(rows.flat().join('')));
  });

  test('the widest column is wrapped', () => {
    expect(table(rows, { width: 40 })).toBe(
      [
        'picture                   label    cat',
        'photographs/of/my/holida  cat      0.974',
        'ys/the-neighbours-cat-on',
        '-our-roof.jpg',
        'b.png                     non-cat  0.087',
      ].join('\n'),
    );
  });

  test('numbers that do not fit: a block of lines for each row', () => {
    const wide = [
      ['learning rate', 'units', 'test', 'cost'],
      ['0.01', '20', '72.00 %', '0.643974'],
      ['0.1', '5', '34.00 %', ''],
    ];
    expect(table(wide, { width: 30 })).toBe(
      [
        ...['learning rate: 0.01', 'units: 20', 'test: 72.00 %', 'cost: 0.643974', ''],
        ...['learning rate: 0.1', 'units: 5', 'test: 34.00 %'],
      ].join('\n'),
    );
  });

  test('without a head the cells follow each other', () => {
    const formats = [
      ['  keras', '.keras', 'keras.saving.load_model of Keras 3'],
      ['  onnx', '.onnx', 'ONNX Runtime'],
    ];
    const lines = table(formats, { width: 30, hasHead: false }).split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(30);
    expect(lines.filter((line) => /^ {2}\S/.test(line))).toHaveLength(2);
  });
});
