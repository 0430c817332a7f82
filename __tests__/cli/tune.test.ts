import { type ChildProcess, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Command } from 'commander';
import { define, type TuneOptions } from '../../src/cli/commands/tune.js';
import { run } from '../../src/cli/tune.js';
import { HandgradError } from '../../src/core/errors.js';
import { RandomState } from '../../src/core/random.js';
import { encodePng } from '../../src/data/encodePng.js';
import { npyOf, npzOf } from '../data/formats/npyBytes.js';
import { faults } from '../report/markup.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { handgrad, oneLine } from './handgrad.js';
import { writeTinySet } from './tinySet.js';

const here = temporaryFolder();
const path = (name: string) => join(here, name);
const random = new RandomState(1);

beforeAll(async () => {
  const rows = Array.from({ length: 120 }, (_, i) => {
    const [a, b] = random.randn(2);
    return {
      words: `${a + (i % 3)},${b - (i % 3)},${'xyz'[i % 3]}`,
      sum: `${a},${b},${a - 2 * b}`,
    };
  });
  const table = (head: string, lines: string[]) => [head, ...lines].join('\n');
  writeFileSync(
    path('table.csv'),
    table(
      'a,b,kind',
      rows.map(({ words }) => words),
    ),
  );
  writeFileSync(
    path('numbers.csv'),
    table(
      'a,b,y',
      rows.map(({ sum }) => sum),
    ),
  );
  const X = Float32Array.from(
    { length: 40 * 6 },
    (_, i) => ((i * 37) % 11) / 10 + (Math.floor(i / 6) % 2),
  );
  const y = Int32Array.from({ length: 40 }, (_, i) => i % 2);
  writeFileSync(path('arrays.npz'), npzOf({ X: npyOf(X, [40, 6]), y: npyOf(y, [40]) }));
  for (const [k, kind] of ['dark', 'light'].entries()) {
    mkdirSync(join(path('photos'), kind), { recursive: true });
    for (let i = 0; i < 10; i++) {
      const data = Uint8Array.from({ length: 192 }, (_, at) => 120 * k + ((at * 31 + 7 * i) % 100));
      writeFileSync(
        join(path('photos'), kind, `${i}.png`),
        await encodePng({ data, width: 8, height: 8 }),
      );
    }
  }
  mkdirSync(path('cats'));
  await writeTinySet(path('cats'));
});

const tune = (name: string, more: string[], circumstances = {}) => {
  const where = more.includes('--resume') ? [] : ['--backend', 'cpu', '--save', path(name)];
  return handgrad(['tune', ...where, '--report', path(`${name}.html`), ...more], circumstances);
};
const linesOf = (name: string) =>
  readFileSync(join(path(name), 'tune.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Runs the command line that makes the winner again, as a shell reads it. */
async function again(line: string, folder: string) {
  const command = line.slice(line.indexOf('-- train') + 3);
  const words = execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' });
  const more = ['--save', path(folder), '--no-check', '--json'];
  return handgrad([...words.slice(0, -1).split('\n'), ...more]);
}

describe('the winner is, bit for bit, the network that its command line trains', () => {
  const classes = [
    '--data',
    'table.csv',
    '--layers',
    '8',
    '--learning-rate',
    '0.00001,0.03,0.0001',
  ];
  const numbers = ['--data', 'numbers.csv', '--learning-rate', '0.001,0.05', '--l2', '0,0.1'];
  const arrays = ['--data', 'arrays.npz', '--activation', 'relu,tanh', '--learning-rate', '0.01'];
  const photos = ['--data', 'photos', '--size', '8', '--layers', '4', '--learning-rate', '0.01'];
  const cats = ['--data', 'cats', '--learning-rate', '0.0075,0.1', '--layers', '5;4,3'];
  test.each<[string, string[]]>([
    ['halving, rows and classes', [...classes, '--epochs', '9']],
    [
      'halving, a schedule',
      [
        ...classes,
        '--epochs',
        '12',
        '--schedule',
        'cosine',
        '--dropout',
        '0.2',
        '--no-early-stopping',
      ],
    ],
    [
      'a grid of numbers, stopped early',
      [...numbers, '--epochs', '40', '--patience', '2', '--search', 'grid'],
    ],
    [
      'arrays, at random',
      [
        ...arrays,
        '--search',
        'random',
        '--optimizer',
        'adam,momentum',
        '--momentum',
        '0.5',
        '--trials',
        '3',
        '--epochs',
        '6',
      ],
    ],
    [
      'photos, changed or not',
      [
        ...photos,
        '--augment',
        'none;flip',
        '--class-weight',
        'balanced',
        '--network',
        'dense,conv',
        '--epochs',
        '4',
        '--validation',
        '0.3',
      ],
    ],
    ["the course's cats, in iterations", [...cats, '--iterations', '120']],
  ])('%s', async (name, args) => {
    const [flag, data, ...more] = args;
    const folder = name.replace(/\W+/g, '-');
    const { code, stdout, stderr } = await tune(folder, [
      ...[flag, path(data), ...more, '--json'],
      ...(data === 'cats' ? ['--validation', '0.2'] : []),
    ]);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^Train: .* train --data/m)]);
    const { train, metrics, best, candidates } = JSON.parse(stdout);
    expect(candidates[0]).toMatchObject(best);
    expect(faults(readFileSync(path(`${folder}.html`), 'utf8'))).toEqual([]);
    const trained = await again(train, `${folder}-again`);
    expect(trained.code).toBe(0);
    expect(JSON.parse(trained.stdout).metrics).toEqual(metrics);
    const weights = (of: string) => readFileSync(join(path(of), 'weights.bin'));
    expect(weights(folder).equals(weights(`${folder}-again`))).toBe(true);
  });

  test('halving pauses runs: after 3 of 9 epochs a candidate is what 3 epochs make', async () => {
    const folder = 'halving-rows-and-classes';
    const results = linesOf(folder).slice(1, -1);
    expect(results.map(({ index, done }) => [index, done])).toEqual([
      ...[
        [0, 3],
        [1, 3],
        [2, 3],
        [1, 9],
      ],
    ]);
    expect(readdirSync(path(folder))).not.toContain('tune');
    const line = `-- train --data ${path('table.csv')} --layers 8 --backend cpu --epochs 3`;
    const { stdout } = await again(`${line} --learning-rate 0.03`, 'three');
    const { accuracy, logLoss } = JSON.parse(stdout).metrics.validation;
    expect(results[1].metrics).toMatchObject({ accuracy, logLoss });
    expect(results[1].curve.map(([epoch]: [number]) => epoch)).toEqual([1, 2, 3]);
  });
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s keeps what is done; --resume runs no candidate twice',
  async (signal) => {
    const grid = ['--data', path('table.csv'), '--search', 'grid', '--no-early-stopping'];
    const asked = [...grid, '--learning-rate', '0.001,0.01,0.03', '--epochs', '60'];
    let isStopped = false; // a second signal would end it at once
    const stopped = await tune(signal, asked, {
      onStderr: (stderr: string, child: ChildProcess) => {
        if (isStopped || !/^Candidate 1 of 3: /m.test(stderr)) return;
        isStopped = child.kill(signal);
      },
    });
    expect(stopped.code).toBe(signal === 'SIGINT' ? 130 : 143);
    expect(stopped.stderr).toMatch(
      /^Stopped: [12] of 3 candidates have results, and they are kept\.$/m,
    );
    expect(stopped.stderr).toContain(`tune --resume ${path(signal)}`);
    // What is done is shown, beside where the page of a whole search would stand.
    expect(stopped.stdout).toMatch(/^ +0\.001 +60 /m);
    expect(faults(readFileSync(path(`${signal}-stopped.html`), 'utf8'))).toEqual([]);
    expect(existsSync(path(`${signal}.html`))).toBe(false);
    const before = linesOf(signal);
    expect(before.length).toBeLessThan(4);
    expect(existsSync(join(path(signal), 'model.json'))).toBe(false);

    if (signal === 'SIGTERM') return;
    const anew = await tune(signal, asked);
    expect(oneLine({ ...anew, stderr: `${anew.stderr.trimEnd().split('\n').at(-1)}\n` })).toContain(
      'holds a search that was stopped. Go on with --resume',
    );
    const resume = ['--resume', path(signal)];
    const other = await tune(signal, [...resume, '--data', path('numbers.csv')]);
    expect([other.code, other.stderr]).toEqual([
      ...[
        1,
        expect.stringMatching(/began with other data than .*numbers\.csv\. Put the files back/),
      ],
    ]);

    const resumed = await tune(signal, [...resume, '--json']);
    expect(resumed.code).toBe(0);
    const after = linesOf(signal);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.slice(1, -1).map(({ index }) => index)).toEqual([0, 1, 2]);
    const whole = await tune(`${signal}-whole`, [...asked, '--json']);
    expect(JSON.parse(resumed.stdout).metrics).toEqual(JSON.parse(whole.stdout).metrics);
    expect((await tune(signal, resume)).stderr).toContain(
      'has ended: there is nothing to go on with',
    );
  },
);

test('a candidate that is paused is judged by its best epoch so far', async () => {
  const rates = ['--learning-rate', '0.5,1,2', '--layers', '8', '--epochs', '9'];
  const { code } = await tune('best', ['--data', path('table.csv'), ...rates]);
  expect(code).toBe(0);
  const paused = linesOf('best').filter(({ budget }) => budget === 3);
  const costsOf = ({ curve }: { curve: [number, number][] }) => curve.map(([, cost]) => cost);
  // The cost is the log loss, as there is no other term.
  for (const one of paused) {
    expect(one.metrics.logLoss).toBeCloseTo(Math.min(...costsOf(one)), 5);
  }
  const last = paused.filter((one) => costsOf(one).at(-1) !== Math.min(...costsOf(one)));
  expect(last.length).toBeGreaterThan(0);
});

test('what diverges comes last, and the search goes on', async () => {
  const { code, stdout } = await tune('lost', [
    ...['--data', path('numbers.csv'), '--learning-rate', '1e30,0.01', '--epochs', '3', '--json'],
  ]);
  expect(code).toBe(0);
  const { candidates } = JSON.parse(stdout);
  expect(candidates.map(({ learningRate }: { learningRate: number }) => learningRate)).toEqual([
    ...[0.01, 1e30],
  ]);
  expect(candidates[1]).not.toHaveProperty('metrics');
});

describe('refused', () => {
  beforeEach(() => {
    jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
  });
  afterAll(() => {
    jest.restoreAllMocks();
  });
  const damaged = 'damaged';
  beforeAll(() => {
    mkdirSync(path(damaged));
    writeFileSync(join(path(damaged), 'tune.jsonl'), '{"options":{}}\noops\n');
  });
  const table = ['--data', path('table.csv')];
  test.each([
    [[...table, '--search', 'grid', '--trials', '3'], 'a grid tries all'],
    [[...table, '--validation', '0'], 'Give --validation 0.2.'],
    [[...table, '--optimizer', 'adam', '--momentum', '0.9'], '--momentum is for momentum'],
    [[...table, '--network', 'dense,conv'], '--network conv is for pictures'],
    [[...table, '--layers', '4;8', '--freeze', '1,2'], '--freeze 2 freezes all 2 layers'],
    [['--data', path('numbers.csv'), '--class-weight', 'none,balanced'], '--class-weight is for'],
    [[...table, '--learning-rate', '1e30', '--activation', 'linear'], 'Every candidate diverged.'],
    [['--resume', path('none')], 'no search lies in'],
    [['--resume', path('none'), '--epochs', '3'], 'Leave out --epochs.'],
    [['--resume', path(damaged)], 'is not the journal of a search, or is damaged.'],
  ])('%j', async (more, message) => {
    const where = more[0] === '--resume' ? [] : ['--backend', 'cpu', '--save', path('refused')];
    const command = define(new Command('tune')).action(() => {});
    const args = [...where, '--report', path('refused.html'), ...more];
    const asked: TuneOptions = command.parse(args, { from: 'user' }).opts();
    const given = Object.keys(asked).filter((name) => command.getOptionValueSource(name) === 'cli');
    const ended = run(asked, new AbortController().signal, given);
    await expect(ended).rejects.toThrow(HandgradError);
    await expect(ended).rejects.toThrow(message);
  });

  test('with exit code 1 and a sentence', async () => {
    expect(oneLine(await tune('refused', ['--resume', path('none')]))).toContain(
      'no search lies in',
    );
  });
});

describe('spread over processes', () => {
  const asked = ['--layers', '8;4', '--learning-rate', '0.003,0.03,0.1', '--epochs', '9'];
  const withoutSeconds = (text: string) => text.replace(/"seconds": ?[\d.e-]+/g, '"seconds": 0');
  const filesOf = (name: string) =>
    readdirSync(path(name))
      .filter((file) => file !== 'tune.jsonl')
      .map((file) => [file, readFileSync(join(path(name), file), 'base64')]);

  test('two processes say and save, byte for byte, what one does', async () => {
    const [one, two] = [
      await tune('one', ['--data', path('table.csv'), ...asked, '--jobs', '1', '--json']),
      await tune('two', ['--data', path('table.csv'), ...asked, '--jobs', '2', '--json']),
    ];
    const renamed = (text: string) => withoutSeconds(text).replaceAll(path('two'), path('one'));
    expect([one.code, two.code]).toEqual([0, 0]);
    expect(renamed(two.stdout)).toBe(withoutSeconds(one.stdout));
    expect(renamed(two.stderr)).toBe(one.stderr);
    expect(filesOf('one').map(([name]) => name)).toContain('weights.bin');
    expect(filesOf('two')).toEqual(filesOf('one'));
    const lines = (name: string) =>
      linesOf(name)
        .slice(1, -1)
        .map(({ seconds, ...line }) => line);
    const key = ({ index, budget }: { index: number; budget: number }) => 100 * budget + index;
    expect(lines('two').toSorted((a, b) => key(a) - key(b))).toEqual(lines('one'));
  });

  test('Ctrl-C keeps what is done and where the others stand; --resume goes on', async () => {
    const more = ['--data', path('table.csv'), ...asked, '--epochs', '300', '--jobs', '2'];
    let isStopped = false;
    const stopped = await tune('two-stopped', more, {
      onStderr: (stderr: string, child: ChildProcess) => {
        if (isStopped || !/candidate 3 of 6: /.test(stderr)) return;
        isStopped = child.kill('SIGINT');
      },
    });
    expect([stopped.code, stopped.stderr]).toEqual([130, expect.stringContaining('Go on: ')]);
    const resumed = await tune('two-stopped', ['--resume', path('two-stopped'), '--jobs', '2']);
    expect(resumed.code).toBe(0);
    const whole = await tune('two-whole', [...more.slice(0, -2), '--jobs', '1']);
    expect(whole.code).toBe(0);
    expect(filesOf('two-stopped')).toEqual(filesOf('two-whole'));
  });

  test('a candidate that fails is said, the best of the others saved, and --resume tries it again', async () => {
    const more = ['--from', path('from'), '--layers', '4;8', '--learning-rate', '0.01,0.03'];
    const first = ['--data', path('table.csv'), '--layers', '4', '--epochs', '2'];
    await handgrad(['train', ...first, '--save', path('from'), '--no-check', '--backend', 'cpu']);
    for (const jobs of ['1', '2']) {
      const { code, stderr } = await tune(`fails-${jobs}`, [
        ...['--data', path('table.csv'), ...more, '--epochs', '3', '--jobs', jobs],
      ]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/candidate 2 of 4: .*layers 8: failed: The model in .* does not fit/);
      expect(stderr).toMatch(/^2 of 4 candidates failed, .* --resume .*fails-\d/m);
      expect(existsSync(join(path(`fails-${jobs}`), 'model.json'))).toBe(true);
    }
  });
});
