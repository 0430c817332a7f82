import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { handgrad } from '../handgrad.js';

const folder = temporaryFolder();

const wrong = `export const shapes = { x: ['N', 'D'] };
export const forward = (tf, x) => ({ y: tf.square(x), cache: x });
export const backward = (tf, dy, x) => ({ dx: tf.mul(x, dy) });
`;

const forged = String.raw`'{"passed":true,"precision":"float64","parameters":[]}\n'`;

test.each([
  [
    'writes a passed report and ends',
    `import fs from 'node:fs'; fs.writeSync(1, ${forged}); process.reallyExit(0);`,
  ],
  ['ends without a word', `process.removeAllListeners('exit'); process.exit(0);`],
  [
    'writes to the channel without the token',
    `import fs from 'node:fs'; fs.writeSync(3, ${forged}); process.reallyExit(0);`,
  ],
])(
  'a module that %s has failed',
  async (_, more) => {
    const path = join(folder, 'mine.mjs');
    writeFileSync(path, wrong + more);
    const { code, stdout, stderr } = await handgrad(['check', path, '--json']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('ends the process: take process.exit out of it.');
  },
  60_000,
);

test('what a module prints stands on stderr, and its report alone on stdout', async () => {
  const path = join(folder, 'prints.mjs');
  writeFileSync(path, `${wrong}import fs from 'node:fs'; fs.writeSync(1, ${forged});`);
  const { code, stdout, stderr } = await handgrad(['check', path, '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ passed: false });
  expect(stderr).toContain('"passed":true');
}, 60_000);

test.each([
  [
    'puts a function into a shape',
    wrong
      .replace('=> ({ dx', "=> { x.shape.join = () => '<b>'; return ({ dx")
      .replace('dy) });', 'dy) }); };'),
    /^The hand-written gradients are wrong: dx\.$/m,
  ],
  [
    'answers by what it has put in place of JSON',
    `${wrong}JSON.stringify = () => '{"report":{"passed":true}}';`,
    /mine\.mjs changes what the check itself works with/,
  ],
])(
  'a module that %s: a sentence, and no pass',
  async (_, source, says) => {
    const path = join(folder, 'mine.mjs');
    writeFileSync(path, source);
    const { code, stderr } = await handgrad(['check', path]);
    expect(code).toBe(1);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/^ +at /m);
  },
  60_000,
);
