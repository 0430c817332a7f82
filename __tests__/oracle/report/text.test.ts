import { describe, expect, test } from '@jest/globals';
import { reportText } from '../../../src/oracle/report/text.js';
import type { GradientReport } from '../../../src/oracle/report.js';
import { big, missing, right, wrong } from './examples.js';

const lines = (report: GradientReport) => reportText(report).split('\n');

describe('a report that passes', () => {
  test('has the verdict, a line for each parameter, and the counts', () => {
    expect(lines(right)).toEqual([
      'RIGHT: all 4 gradients agree with autodiff and central differences.',
      'The largest relative error is 3.1e-16, in dW2.',
      '',
      '                            hand to      hand to  autodiff to',
      'gradient  shape   verdict  autodiff  differences  differences',
      'dW1       (4, 3)  right     1.5e-16      2.0e-10      2.0e-10',
      'db1       (4, 1)  right     1.5e-16      2.0e-10      2.0e-10',
      'dW2       (1, 4)  right     1.5e-16      2.0e-10      2.0e-10',
      'db2       (1, 1)  right     1.5e-16      2.0e-10      2.0e-10',
      '',
      '21 elements against autodiff, 21 against central differences and 8 random directions.',
      'Computed in double precision (handgrad-float64).',
    ]);
  });

  test('does not speak of differences where none were taken', () => {
    const checked = { autodiff: 21, differences: 0, directions: 0 };
    expect(lines({ ...right, checked, precision: 'float32', backend: 'cpu' })).toEqual([
      'RIGHT: all 4 gradients agree with autodiff.',
      'The largest relative error is 3.1e-16, in dW2.',
      '',
      '                            hand to      hand to  autodiff to',
      'gradient  shape   verdict  autodiff  differences  differences',
      'dW1       (4, 3)  right     1.5e-16      2.0e-10      2.0e-10',
      'db1       (4, 1)  right     1.5e-16      2.0e-10      2.0e-10',
      'dW2       (1, 4)  right     1.5e-16      2.0e-10      2.0e-10',
      'db2       (1, 1)  right     1.5e-16      2.0e-10      2.0e-10',
      '',
      '21 elements against autodiff.',
      'Computed in single precision (cpu), with looser bounds: small mistakes can pass.',
    ]);
  });

  test('counts a single gradient, element and direction as one', () => {
    const parameters = right.parameters.slice(2, 3);
    const checked = { autodiff: 1, differences: 0, directions: 1 };
    const all = lines({ ...right, parameters, checked, skipped: 1 });
    const [verdict, counts] = [all[0], all.at(-2)];
    expect(verdict).toBe('RIGHT: dW2 agrees with autodiff and central differences.');
    expect(counts).toBe('1 element against autodiff, 1 random direction; 1 skipped at a kink.');
  });
});

describe('a report with mistakes', () => {
  test('begins with the verdict, the causes and the corrected lines', () => {
    expect(lines(wrong).slice(0, 12)).toEqual([
      'WRONG: dW1 and dW2 (2 of 4 gradients).',
      '',
      '1. dW2 is m = 7 times too large: the 1/m is missing.',
      '     write    dW2 = 1/m dZ2 A1ᵀ',
      '     verified With this correction 3 of 4 gradients pass.',
      '',
      '2. Column 1 of dW1 has the opposite sign.',
      '     write    dW1 = 1/m dZ1 Xᵀ',
      '     verified With both corrections all 4 gradients pass.',
      '     or       X has the opposite sign in row 1 where dW1 reads it',
      '',
      '                            hand to      hand to  autodiff to  wrong',
    ]);
  });

  test('has a line for each parameter, and its worst element under a wrong one', () => {
    expect(lines(wrong).slice(12, 19)).toEqual([
      'gradient  shape   verdict  autodiff  differences  differences  elements',
      'dW1       (4, 3)  WRONG         0.5          0.5      3.0e-10  4 of 12: column 1',
      '          dW1[2,1] is -0.11 by hand, 0.11 by the oracle: the opposite sign',
      'db1       (4, 1)  right     1.5e-16      2.0e-10      2.0e-10',
      'dW2       (1, 4)  WRONG        0.86         0.86      2.0e-10  4 of 4: all, by one factor',
      '          dW2[0,3] is 0.42 by hand, 0.06 by the oracle: 7 times',
      'db2       (1, 1)  right     1.5e-16      2.0e-10      2.0e-10',
    ]);
  });

  test('ends with the stages, the counts and the notes', () => {
    expect(lines(wrong).slice(20)).toEqual([
      'From the cost to the data: dZ2 right → dW2 WRONG → db2 right → dA1 right → dZ1 WRONG →',
      '                           dW1 inherits → db1 right',
      '(inherits: right in itself, but fed with a wrong gradient)',
      '',
      '21 elements against autodiff, 19 against central differences and 8 random directions; 2 skipped',
      'at a kink.',
      'Computed in double precision (handgrad-float64).',
      'Note: The backward pass leaks 3 tensors each time. Put it in a tf.tidy.',
    ]);
  });

  test('says what is missing, and what is not a number', () => {
    const text = reportText(missing);
    expect(text).toContain('db1       (4, 1)  WRONG');
    expect(text).toContain('\n          the backward pass does not return it\n');
    expect(text).toContain('\n          dW2[0,1] is NaN by hand, 0.06 by the oracle\n');
  });

  test('leaves out the columns that stay empty, and says that the cause is unknown', () => {
    expect(lines(big).slice(0, 6)).toEqual([
      'WRONG: dW1 (1 of 6 gradients).',
      '',
      'The cause is unknown: no mistake that the oracle knows gives these numbers.',
      '',
      '                                 hand to  wrong',
      'gradient  shape        verdict  autodiff  elements',
    ]);
  });

  test('does not call a cause unknown where the parameter itself says it', () => {
    const parameters = missing.parameters.slice(0, 2);
    expect(reportText({ ...missing, parameters })).not.toContain('unknown');
  });

  test('is a failure even where no gradient is wrong', () => {
    expect(lines({ ...right, passed: false })[0]).toBe(
      'FAILED: no gradient differs from autodiff, but the check cannot vouch for them.',
    );
  });

  test('stays within 96 columns', () => {
    const sentence = 'a long sentence that goes on '.repeat(20).trim();
    const causes = [{ id: 'x', where: ['dW1'], sentence, alternatives: [sentence, sentence] }];
    const all = [wrong, missing, big, { ...wrong, causes, notes: [sentence] }].flatMap(lines);
    expect(Math.max(...all.map((line) => line.length))).toBeLessThanOrEqual(96);
  });

  test('lets no name colour the terminal', () => {
    const parameters = [{ ...wrong.parameters[0], name: '\u001b[31mdW1\u0007' }];
    expect(reportText({ ...wrong, parameters })).toContain('?[31mdW1?[2,1] is -0.11 by hand');
    expect(reportText({ ...wrong, parameters })).not.toMatch(/[^\P{Cc}\n]/u);
  });
});

describe('the worst element', () => {
  const sentence = (hand: number, oracle: number, index = [0, 3]) => {
    const worst = { index, hand, oracle, ratio: hand / oracle };
    const text = reportText({ ...wrong, parameters: [{ ...wrong.parameters[2], worst }] });
    return text.match(/ (dW2\S* is .* by hand.*)/)?.[1];
  };

  test.each([
    [0.42, 0.06, 'dW2[0,3] is 0.42 by hand, 0.06 by the oracle: 7 times'],
    [0.06, 0.42, 'dW2[0,3] is 0.06 by hand, 0.42 by the oracle: 1/7 times'],
    [-0.06, 0.42, 'dW2[0,3] is -0.06 by hand, 0.42 by the oracle: -1/7 times'],
    [2, -2, 'dW2[0,3] is 2 by hand, -2 by the oracle: the opposite sign'],
    [1.23456, 1, 'dW2[0,3] is 1.235 by hand, 1 by the oracle: 1.235 times'],
    [0, 0.25, 'dW2[0,3] is 0 by hand, 0.25 by the oracle'],
    [0.25, 0, 'dW2[0,3] is 0.25 by hand, 0 by the oracle'],
    [1.5e-9, 3e-9, 'dW2[0,3] is 1.5e-9 by hand, 3e-9 by the oracle: 1/2 times'],
    [3.5e7, 1e7, 'dW2[0,3] is 3.5e7 by hand, 1e7 by the oracle: 3.5 times'],
  ])('%p for %p', (hand, oracle, expected) => {
    expect(sentence(hand, oracle)).toBe(expected);
  });

  test('shows as many digits as it takes to see that they differ', () => {
    expect(sentence(0.1000002, 0.1)).toBe(
      'dW2[0,3] is 0.1000002 by hand, 0.1 by the oracle: 1.000002 times',
    );
    expect(sentence(0.1 * (1 + 2 ** -50), 0.1)).toMatch(
      /^dW2\[0,3\] is 0\.1000000000000001 by hand, 0\.1 by the oracle/,
    );
  });

  test('of a scalar has no index', () => {
    expect(sentence(2, 1, [])).toBe('dW2 is 2 by hand, 1 by the oracle: 2 times');
  });
});

describe('a terminal of 40 or 60 columns', () => {
  test.each([40, 60])('%d: no line is longer, and every gradient has its verdict', (width) => {
    for (const report of [right, wrong]) {
      const text = reportText(report, { width });
      // Names and formulas are never cut: a single word may be longer.
      const long = text
        .split('\n')
        .filter((line) => line.length > width && /\S\s+\S/.test(line.trim()));
      expect(long).toEqual([]);
      for (const { name, passed } of report.parameters) {
        expect(text).toMatch(new RegExp(`${name}[\\s\\S]*?${passed ? 'right' : 'WRONG'}`));
      }
    }
  });
});
