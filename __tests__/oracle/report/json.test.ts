import { expect, test } from '@jest/globals';
import { reportJson } from '../../../src/oracle/report/json.js';
import { big, missing, right, wrong } from './examples.js';

const through = (report: Parameters<typeof reportJson>[0]) =>
  JSON.parse(JSON.stringify(reportJson(report)));

test('everything but the errors goes through JSON', () => {
  const { parameters, ...rest } = through(wrong);
  const { parameters: _, causes, ...expected } = wrong;
  expect(rest).toEqual({
    ...expected,
    causes: [{ ...causes[0], alternatives: [] }, causes[1]],
  });
  const { errors, ...dW1 } = wrong.parameters[0];
  expect(errors).toHaveLength(dW1.shape[0] * dW1.shape[1]);
  expect(parameters[0]).toEqual({ ...dW1, problem: null });
});

test('what does not apply is null, so every field is there', () => {
  const [dW1] = through(right).parameters;
  expect(dW1).toMatchObject({ problem: null, worst: null, pattern: null, cause: null });
  const keys = [right, wrong, missing, big].flatMap((report) =>
    through(report).parameters.map((p: object) => Object.keys(p).join()),
  );
  expect(new Set(keys).size).toBe(1);
});

test('NaN and the infinities come back through Number', () => {
  const [, db1, dW2] = through(missing).parameters;
  expect(db1.maxRelativeError).toBe('NaN');
  expect(dW2.worst).toEqual({ index: [0, 1], hand: 'NaN', oracle: 0.06, ratio: 'NaN' });
  expect(dW2.comparisons).toEqual({
    handToAutodiff: 'NaN',
    handToDifferences: null,
    autodiffToDifferences: 2e-10,
  });
  expect(Number(through({ ...right, maxRelativeError: -Infinity }).maxRelativeError)).toBe(
    -Infinity,
  );
});
