import { expect, test } from '@jest/globals';
import { commandLine } from '../../../src/cli/jobs/commandLine.js';

test('a command as one types it, without user, password and parameters of an address', () => {
  const args = ['tune', '--data', 'my data.csv', '--redis', 'rediss://me:swordfish@far:6380/0?password=swordfish']; // biome-ignore format: one line
  expect(commandLine(args)).toBe("handgrad tune --data 'my data.csv' --redis rediss://far:6380");
  expect(commandLine(['status', '--redis=redis://:swordfish@far'])).toBe(
    'handgrad status --redis=redis://far',
  );
  expect(commandLine(['status', '--redis', 'REDIS://swordfish@a b'])).not.toContain('swordfish');
});
