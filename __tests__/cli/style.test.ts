import { describe, expect, test } from '@jest/globals';
import { hasColours, shown, withVerdicts } from '../../src/cli/style.js';

const terminal = { isTTY: true, hasColors: () => true };

describe('colours', () => {
  test.each<[string, Parameters<typeof hasColours>[0], NodeJS.ProcessEnv, boolean]>([
    ['on a terminal', terminal, {}, true],
    ['not in a pipe', {}, {}, false],
    ['not on a terminal without them', { isTTY: true, hasColors: () => false }, {}, false],
    ['not with NO_COLOR', terminal, { NO_COLOR: '1' }, false],
    ['an empty NO_COLOR says nothing', terminal, { NO_COLOR: '' }, true],
    ['FORCE_COLOR in a pipe', {}, { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR before NO_COLOR, as in Node', {}, { FORCE_COLOR: '', NO_COLOR: '1' }, true],
    ['FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, false],
  ])('%s', (_, stream, env, expected) => expect(hasColours(stream, env)).toBe(expected));
});

describe('verdicts', () => {
  const force = process.env.FORCE_COLOR;
  const marked = (text: string, value = '1') => {
    process.env.FORCE_COLOR = value;
    try {
      return shown(withVerdicts(text));
    } finally {
      if (force === undefined) delete process.env.FORCE_COLOR;
      else process.env.FORCE_COLOR = force;
    }
  };
  const [red, green] = ['\u001b[31m', '\u001b[32m'];

  test('WRONG does not look like right', () => {
    const text = marked('dW1  (2, 3)  WRONG  0.86\ndb1  (2, 1)  right  1e-16');
    expect(text).toContain(red);
    expect(text.indexOf(red)).toBeLessThan(text.indexOf('WRONG'));
    expect(text).toContain(`${green}right`);
  });

  test('as expected and NOT as expected; works and does not work', () => {
    const [bad, good] = marked('planar: NOT as expected\nxor: as expected').split('\n');
    expect([bad.includes(red), bad.includes(green)]).toEqual([true, false]);
    expect([good.includes(red), good.includes(green)]).toEqual([false, true]);
    const [missing, works] = marked('native  does not work\nwasm    works').split('\n');
    expect([missing.includes(red), works.includes(green)]).toEqual([true, true]);
  });

  test('a sentence with the word right in it stays as it is', () => {
    const sentence = 'inherits: right in itself, but fed with a wrong gradient';
    expect(marked(sentence)).toBe(sentence);
  });

  test('without colours nothing changes', () => {
    expect(marked('dW1  WRONG', '0')).toBe('dW1  WRONG');
  });
});
