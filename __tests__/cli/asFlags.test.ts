import { expect, test } from '@jest/globals';
import { asFlags } from '../../src/cli/asFlags.js';

test.each([
  ["leave the column out: leaveOut: ['a'].", 'leave the column out: --leave-out a.'],
  ["leave it out: leaveOut: ['sepal length'].", "leave it out: --leave-out 'sepal length'."],
  ["leave them out: leaveOut: ['a', 'b'].", 'leave them out: --leave-out a,b.'],
  ["Give another: target: ['…'].", 'Give another: --target ….'],
  ["Give task: 'regression', or other labels.", 'Give --task regression, or other labels.'],
  ['or leave them out: skipBroken: true.', 'or leave them out: --skip-broken.'],
  ['Give decimalComma: true or header: true.', 'Give --decimal-comma or --header.'],
  [
    "has no column 'nope', which target names. The columns are a, b.",
    "has no column 'nope', which --target names. The columns are a, b.",
  ],
  ["t.csv: the target 'c' is 'same' in every row", "t.csv: the target 'c' is 'same' in every row"],
])('%s', (sentence, wanted) => {
  expect(asFlags(sentence)).toBe(wanted);
});
