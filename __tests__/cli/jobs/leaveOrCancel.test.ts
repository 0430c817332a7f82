import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TestRedis, withRedis } from '../../jobs/support/redis.js';
import { needing } from '../../support/needs.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { root } from '../handgrad.js';

const here = temporaryFolder();
const path = (name: string) => join(here, name);
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const main = join(root, 'src', 'cli', 'main.ts');
const canMakeTerminals =
  process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

const inShell = (words: readonly string[]) => words.map((word) => `'${word}'`).join(' ');

/** The command at a terminal of its own: what it writes there, and what is typed once it is time for it. */
async function atTerminal(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  typed: readonly (readonly [isTime: (shown: string) => Promise<boolean>, keys: string])[],
): Promise<{ code: number | null; shown: string }> {
  const command = inShell([process.execPath, '--import', tsx, main, ...args]);
  const child: ChildProcess = spawn('script', ['-qec', command, '/dev/null'], {
    env: { ...process.env, ...env, TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  child.stdout?.on('data', (text) => {
    shown += text;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  for (const [isTime, keys] of typed) {
    while (child.exitCode === null && !(await isTime(shown))) await setTimeout(50);
    child.stdin?.write(keys);
  }
  return { code: await ended, shown };
}

const ctrlC = '\u0003';
const question = /Leave the jobs running, or cancel them\? \[leave\/cancel\] /;

needing('pty', canMakeTerminals).describe('Ctrl-C at a terminal asks', () => {
  withRedis.describe('what becomes of the jobs', () => {
    let redis: TestRedis;
    beforeAll(async () => {
      redis = await TestRedis.start();
      writeFileSync(path('table.csv'), `a,kind\n${'1,x\n2,y\n'.repeat(40)}`);
    });
    afterAll(() => redis.end());

    const waiting = async (name: string) => {
      const client = redis.client();
      const keys = await client.keys(`${name}:jobs-*:wait`);
      const lengths = await Promise.all(keys.map((key) => client.llen(key)));
      client.disconnect();
      return lengths.reduce((sum, one) => sum + one, 0);
    };

    /** Two candidates, which nobody takes. */
    const tune = (name: string, answer: string) => {
      const where = ['--save', path(name), '--report', path(`${name}.html`)];
      const search = ['--learning-rate', '0.01,0.03', '--search', 'grid', '--epochs', '5'];
      const more = ['--backend', 'cpu', '--redis', '--prefix', name];
      const env = { HANDGRAD_REDIS: redis.url, HANDGRAD_CACHE: path('cache') };
      const args = ['tune', '--data', path('table.csv'), ...where, ...search, ...more];
      return atTerminal(args, env, [
        [async () => (await waiting(name)) === 2, ctrlC],
        [async (shown) => question.test(shown), answer],
      ]);
    };

    test.each([
      ['leave', 'leave\r', /Left: .*Come back: .* tune --redis --attach tune-/s, 2],
      ['cancel', 'cancel\r', /Cancelled: the workers drop the jobs of tune-/, 0],
      ['nothing', '\r', /Left: /, 2],
      ['Ctrl-D', '\u0004', /Left: /, 2],
    ])('the answer %s', async (name, answer, says, left) => {
      const { code, shown } = await tune(name.toLowerCase(), answer);
      expect(shown).toMatch(question);
      expect([code, shown]).toEqual([130, expect.stringMatching(says)]);
      expect(await waiting(name.toLowerCase())).toBe(left);
    });
  });
});
