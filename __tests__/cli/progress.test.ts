import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { duration, progressBar, progressLine } from '../../src/cli/progress.js';

afterEach(() => {
  jest.restoreAllMocks();
});

const figures = ['cost 0.643974', 'iteration 1234567 of 2500000', '2 min 5 s left'];

describe('a bar fits the terminal, and keeps its first figure', () => {
  test.each([40, 60, 80, 200])('%d columns', (columns) => {
    for (const progress of [0, 0.37, 1]) {
      const line = progressLine(progress, figures, columns);
      expect(line.length).toBeLessThan(columns);
      expect(line).toContain('cost 0.643974');
      expect(line).toContain(`${Math.floor(100 * progress)} %`);
    }
  });
  test('all figures where there is room', () => {
    for (const figure of figures) expect(progressLine(0.5, figures, 100)).toContain(figure);
    expect(progressLine(0.5, figures, 60)).not.toContain('left');
  });
  test('a terminal that is narrower than a figure still has the percentage', () => {
    expect(progressLine(0.5, figures, 8)).toMatch(/^.{0,3} 50 %$/);
  });
});

test.each([
  [0.4, '0 s'],
  [59, '59 s'],
  [125, '2 min 5 s'],
  [3725, '1 h 2 min'],
])('%d seconds: %s', (seconds, words) => expect(duration(seconds)).toBe(words));

test('no bar where stderr is no terminal, only the lines', async () => {
  const stderr: string[] = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => stderr.push(String(text)) > 0);
  const isTTY = process.stderr.isTTY;
  process.stderr.isTTY = false;
  const bar = await progressBar(10);
  bar.update(5);
  bar.say('half of it');
  bar.stop();
  process.stderr.isTTY = isTTY;
  expect(stderr).toEqual(['half of it\n']);
});
