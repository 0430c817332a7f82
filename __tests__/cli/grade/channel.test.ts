import { expect, test } from '@jest/globals';
import { answer, findAnswer, ready } from '../../../src/cli/grade/channel.js';

test('an answer is found among whatever else was written', () => {
  const said = `${ready}{"passed":true}\n\0garbage${answer('token', '{"passed":false}')}more\n`;
  expect(findAnswer(said, 'token')).toBe('{"passed":false}');
});

test('there is none without the token, nor before its line is whole', () => {
  expect(findAnswer(`${ready}{"passed":true}\n`, 'token')).toBeUndefined();
  expect(findAnswer(`${ready}token{"passed":tr`, 'token')).toBeUndefined();
});
