import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { chooseIsolation } from '../../../src/cli/grade/isolation/launch.js';
import { RandomState } from '../../../src/core/random.js';
import { TestRedis, withRedis } from '../../jobs/support/redis.js';
import { needing } from '../../support/needs.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { handgrad, oneLine } from '../handgrad.js';
import { WorkerProcess } from './workerProcess.js';

const here = temporaryFolder();
const path = (name: string) => join(here, name);
const withBubblewrap = needing('bubblewrap', chooseIsolation('auto') === 'bubblewrap');
const secret = 'swordfish-7391';
/** 200 of them take some minutes. */
const submissions = Number(process.env.HANDGRAD_SUBMISSIONS ?? 16);
jest.setTimeout(300_000 + submissions * 15_000);

/** y = n x²; its gradient is 2 n x dy. */
const squares = (n: number, written: number) => `
  import { two } from '../lib/two.mjs';
  export const shapes = { x: ['N', 'D'] };
  export const forward = (tf, x) => ({ y: tf.mul(${n}, tf.square(x)), cache: x });
  export const backward = (tf, dy, x) => ({ dx: tf.mul(two * ${written}, tf.mul(x, dy)) });`;

/** Everything that students hand in, over and over; what it does to its own process is its own affair. */
const kinds: readonly ((n: number) => string)[] = [
  (n) => squares(n, n),
  (n) => squares(n, n + 0.5),
  (n) => `throw new Error('not today, ${n}');`,
  (n) => `process.exit(${n % 100});`,
  (n) => squares(n, n),
  () =>
    `const seen = JSON.stringify(process.env).includes('redis:') ? 'an address' : 'no address';
    throw new Error(Object.keys(process.env).sort().join(' ') + ', ' + seen);`,
  (n) => squares(n, n).replace('dx:', 'dz:'),
  (n) => `import 'node:fs'; ${squares(n, n)}`,
];

const folder = path('course/submissions');
const asked = [folder, '--allow', path('course/lib/two.mjs'), '--timeout', '20', '--memory', '700'];

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  mkdirSync(path('course/lib'));
  writeFileSync(path('course/lib/two.mjs'), 'export const two = 2;');
  writeFileSync(path('course/package.json'), '{ "type": "module" }');
  for (let n = 0; n < submissions; n++) {
    const name = `s${String(n).padStart(3, '0')}.${n % 3 === 0 ? 'js' : 'mjs'}`;
    writeFileSync(join(folder, name), kinds[n % kinds.length](n + 1));
  }
  writeFileSync(join(folder, 'hangs.mjs'), 'for (;;);');
  writeFileSync(
    join(folder, 'eats.mjs'),
    'const a = []; for (;;) a.push({ text: "x" + a.length });',
  );
  writeFileSync(join(folder, 'notes.txt'), 'no module');
});

withBubblewrap.describe('grade --redis', () => {
  withRedis.describe('over two workers', () => {
    let redis: TestRedis;
    const workers: WorkerProcess[] = [];
    const env = (cache = 'mine') => ({ HANDGRAD_REDIS: redis.url, HANDGRAD_CACHE: path(cache) });
    const newWorker = async (cache: string, args = ['--allow-grade']) => {
      const worker = new WorkerProcess(['--concurrency', '1', ...args], env(cache));
      workers.push(worker);
      await worker.ready();
    };
    beforeAll(async () => {
      redis = await TestRedis.start([], secret);
    });
    afterAll(async () => {
      await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
      await redis.end();
    });

    test(`${submissions} submissions, workers killed meanwhile: the table of one machine`, async () => {
      const one = await handgrad(['grade', ...asked, '--json', '--csv', path('one.csv')]);
      expect(one.code).toBe(0);
      expect(JSON.parse(one.stdout)).toHaveLength(submissions + 3);

      await Promise.all([newWorker('a'), newWorker('b')]);
      const random = new RandomState(Date.now() % 1e6);
      let killed = 0;
      let isBusy = false;
      const disturb = async () => {
        isBusy = true;
        await setTimeout(1500 * random.rand(1)[0]);
        const [victim] = workers.splice(Math.floor(workers.length * random.rand(1)[0]), 1);
        await victim.end('SIGKILL');
        killed++;
        await newWorker(`cache-${killed % 3}`);
        isBusy = false;
      };
      const csv = ['--csv', path('many.csv'), '--html', path('many.html')];
      const many = await handgrad(['grade', ...asked, '--redis', '--json', ...csv], {
        env: env(),
        onStderr: (said) => {
          const done = said.match(/: (pass|wrong|failed)$/gm)?.length ?? 0;
          if (!isBusy && done >= 4 + 6 * killed && done < submissions) void disturb();
        },
      });
      console.info(`${killed} workers were killed`);
      expect(many.code).toBe(0);
      expect(killed).toBeGreaterThanOrEqual(Math.min(3, Math.floor(submissions / 8)));
      expect(JSON.parse(many.stdout)).toEqual(JSON.parse(one.stdout));
      expect(many.stdout).toBe(one.stdout);
      expect(readFileSync(path('many.csv'), 'utf8')).toBe(readFileSync(path('one.csv'), 'utf8'));
      const lines = (text: string) => text.trim().split('\n').toSorted();
      const own = /^(Run|CSV|Page): /;
      expect(lines(many.stderr).filter((line) => !own.test(line))).toEqual(
        lines(one.stderr).filter((line) => !own.test(line)),
      );
      const [, run] = /^Run: (\S+),/m.exec(many.stderr)!;
      const kept = (file: string) => readFileSync(join(path('mine'), 'runs', run, file), 'utf8');
      expect(kept('table.csv')).toBe(readFileSync(path('many.csv'), 'utf8'));
      expect(kept('report.html')).toBe(readFileSync(path('many.html'), 'utf8'));
      const { results, data } = JSON.parse(kept('run.json'));
      expect(results.grades).toEqual(JSON.parse(many.stdout));
      expect(data).toHaveLength(submissions + 3); // with the file that all may import
      // What a submission sees of its environment it has said in its row.
      expect(many.stdout).toMatch(/ PATH .*no address/);
      expect(many.stdout).not.toContain(secret);
      expect(workers.map(({ said }) => said).join()).not.toContain(secret);
    });

    test('nobody grades but who allows it; who comes back finds what was graded, by the reference', async () => {
      await Promise.all(workers.splice(0).map((worker) => worker.end('SIGTERM')));
      await newWorker('trains', ['--backend', 'cpu']);
      const small = path('course/small');
      mkdirSync(small);
      writeFileSync(join(small, 'right.mjs'), squares(3, 3));
      writeFileSync(join(small, 'other.mjs'), squares(4, 4));
      writeFileSync(path('course/reference.mjs'), squares(3, 3).replace('../lib', './lib'));
      const held = ['--reference', path('course/reference.mjs'), ...asked.slice(1)];
      const one = await handgrad(['grade', small, ...held, '--json']);
      expect(JSON.parse(one.stdout).map(({ passed }: { passed: boolean }) => passed)).toEqual([
        false,
        true,
      ]);

      let isLeft = false;
      const left = await handgrad(['grade', small, ...held, '--redis'], {
        env: env(),
        onStderr: (said, child) => {
          if (!isLeft && /^No worker that grades/m.test(said)) isLeft = child.kill('SIGHUP');
        },
      });
      expect([left.code, left.stderr]).toEqual([
        129,
        expect.stringMatching(
          /^No worker that grades is at redis:\S+: start one with `.*handgrad.* worker --allow-grade`\.$/m,
        ),
      ]);
      const [, run] = /^Come back: .* grade --redis --attach (\S+)$/m.exec(left.stderr)!;
      expect(workers[0].said).not.toContain('Takes');

      await newWorker('a');
      const back = await handgrad(['grade', '--attach', run, '--json'], { env: env() });
      expect([back.code, back.stdout]).toEqual([0, one.stdout]);
      expect(workers[0].said).not.toContain('Takes');
      const { said } = workers[1];
      const again = await handgrad(['grade', '--attach', run, '--json'], { env: env() });
      expect([again.stdout, workers[1].said]).toEqual([one.stdout, said]);

      writeFileSync(join(small, 'other.mjs'), squares(5, 5));
      const changed = await handgrad(['grade', '--attach', run], { env: env() });
      expect(oneLine(changed)).toContain(`What ${run} worked on has changed since`);
    });
  });
});
