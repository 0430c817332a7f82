import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '../support/temporaryFolder.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const examples = join(root, 'examples', 'check');
const folder = temporaryFolder();

const start = (args: string[]): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', 'grade', ...args], { cwd: root });

/** `handgrad grade …` in a process of its own, to its end. */
async function ended(child: ChildProcess) {
  let [stdout, stderr] = ['', ''];
  child.stdout!.on('data', (text) => {
    stdout += text;
  });
  child.stderr!.on('data', (text) => {
    stderr += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

const handgradGrade = (...args: string[]) => ended(start(args));

describe('a folder of all sorts', () => {
  const submissions = join(folder, 'submissions');
  const tanhFromZ = readFileSync(join(examples, 'tanh-from-z.mjs'), 'utf8');
  const wrong = {
    passed: false,
    right: 2,
    gradients: 4,
    firstWrong: 'dW1',
    cause:
      'dW1 and db1 are not the gradients of its cost. Its own process says: dZ1 puts Z1 where the derivative needs A1.',
    isolation: expect.stringMatching(/^(bubblewrap|permission)$/),
  };
  const { isolation } = wrong;
  const entry = (cause: string) => ({
    passed: false,
    right: null,
    gradients: null,
    firstWrong: null,
    cause,
  });
  const failed = (cause: string) => ({
    isolation,
    passed: false,
    right: null,
    gradients: null,
    firstWrong: null,
    cause,
  });
  const csv = join(folder, 'table.csv');
  const html = join(folder, 'table.html');
  let run: Awaited<ReturnType<typeof ended>>;

  beforeAll(async () => {
    mkdirSync(join(submissions, 'a folder.js'), { recursive: true });
    const write = (name: string, source: string) => writeFileSync(join(submissions, name), source);
    copyFileSync(join(examples, 'right.ts'), join(submissions, 'right.ts'));
    write(
      'asks-for-a-gigabyte.js',
      'const a = new Float64Array(2 ** 27).fill(1); for (;;) a[0]++;',
    );
    write('exits.mjs', 'process.exit(0);');
    write('hangs.mjs', 'for (;;);');
    write('notes.txt', 'not a module');
    write('types.d.ts', 'export {};');
    write('prints.mjs', `console.log('{"passed":true}'); console.error('all right'); ${tanhFromZ}`);
    write('throws.mjs', "throw new Error('not today');");
    write(
      'writes-garbage.mjs',
      `import { writeSync } from 'node:fs';
      writeSync(3, '{"passed":true}\\n\\0not JSON\\n');
      ${tanhFromZ}`,
    );
    run = await handgradGrade(
      submissions,
      ...['--timeout', '15', '--memory', '800', '--json', '--csv', csv, '--html', html],
    );
  }, 180_000);

  test('each costs its own row only, by name, and the grading itself has worked', () => {
    expect(run.code).toBe(0);
    const { cause: thrown } = JSON.parse(run.stdout)[7];
    expect(thrown).toMatch(/^throws\.mjs cannot be loaded: not today/);
    expect(JSON.parse(run.stdout)).toEqual([
      {
        file: 'a folder.js',
        ...entry('It is a folder: grade it by itself, or put its module here.'),
      },
      {
        file: 'asks-for-a-gigabyte.js',
        ...failed('It needs more than the 800 MB of memory that it may have.'),
      },
      {
        file: 'exits.mjs',
        ...failed('It ends the process (exit code 0) before it is checked.'),
      },
      { file: 'hangs.mjs', ...failed('It is not done after 15 seconds.') },
      {
        file: 'notes.txt',
        ...entry(
          'It is no module: .js, .mjs, .cjs, .ts, .mts, .tsx, .py, .ipynb files are graded.',
        ),
      },
      { file: 'prints.mjs', ...wrong },
      {
        file: 'right.ts',
        passed: true,
        right: 4,
        gradients: 4,
        firstWrong: null,
        cause: null,
        isolation,
      },
      { file: 'throws.mjs', ...failed(thrown) },
      {
        file: 'types.d.ts',
        ...entry('It holds types alone: there is nothing to grade.'),
      },
      {
        file: 'writes-garbage.mjs',
        ...failed(
          'writes-garbage.mjs cannot be loaded: it imports "node:fs": a submission may import nothing but TensorFlow.js',
        ),
      },
    ]);
  });

  test('stderr says how far it is, a line for each module', () => {
    const lines = run.stderr.trim().split('\n');
    expect(lines.slice(0, 10).sort()).toEqual([
      'a folder.js: failed',
      'asks-for-a-gigabyte.js: failed',
      'exits.mjs: failed',
      'hangs.mjs: failed',
      'notes.txt: failed',
      'prints.mjs: wrong',
      'right.ts: pass',
      'throws.mjs: failed',
      'types.d.ts: failed',
      'writes-garbage.mjs: failed',
    ]);
    expect(lines[10]).toMatch(/^Isolation: each submission ran /);
    expect(lines.slice(11)).toEqual([`CSV: ${csv}`, `Page: ${html}`]);
  });

  test('the table is written as CSV and as a page', () => {
    const rows = readFileSync(csv, 'utf8').split('\r\n');
    expect(rows[0]).toMatch(/^# Isolation: each submission ran /);
    expect(rows[1]).toBe('file,verdict,right,gradients,first wrong,cause');
    expect(rows[8]).toBe('right.ts,pass,4,4,,');
    expect(rows).toHaveLength(13);
    const page = readFileSync(html, 'utf8');
    expect(page).toContain('<title>submissions</title>');
    expect(page).toContain('1 of 10 modules pass.');
  });
});

test('without --json a table on stdout', async () => {
  const one = join(folder, 'one');
  mkdirSync(one);
  copyFileSync(join(examples, 'tanh-from-z.mjs'), join(one, 'mine.mjs'));
  const { code, stdout } = await handgradGrade(one);
  const [first, empty, ...lines] = stdout.split('\n');
  expect(first).toMatch(/^Isolation: each submission ran .* --reference tells\.$/);
  expect([empty, ...lines]).toEqual([
    '',
    'file      verdict  right   first wrong  cause',
    'mine.mjs  WRONG    2 of 4  dW1          dW1 and db1 are not the gradients of its cost. Its own',
    '                                        process says: dZ1 puts Z1 where the derivative needs A1.',
    '',
    '0 of 1 modules pass.',
    '',
  ]);
  expect(code).toBe(0);
});

test('a folder that is missing or holds no module: one line, exit 1', async () => {
  const missing = join(folder, 'missing');
  expect(await handgradGrade(missing)).toEqual({
    code: 1,
    stdout: '',
    stderr: `There is no folder ${missing}, or it cannot be read.\n`,
  });
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  expect(await handgradGrade(empty)).toEqual({
    code: 1,
    stdout: '',
    stderr: `${empty} holds no module: put .js, .mjs, .cjs, .ts, .py or .ipynb files into it.\n`,
  });
});

test('a wrong option: exit 2', async () => {
  const { code, stderr } = await handgradGrade(folder, '--timeout', '0');
  expect(stderr).toContain('Use a number above 0.');
  expect(code).toBe(2);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s stops it and its children', async (signal, code) => {
  const hanging = join(folder, signal);
  mkdirSync(hanging);
  writeFileSync(join(hanging, 'hangs.mjs'), 'for (;;);');
  const child = start([hanging, '--timeout', '1000']);
  const end = ended(child);
  while (below(child.pid!) === 0) await sleep(50);
  await sleep(500);
  child.kill(signal);
  expect(await end).toEqual({
    code,
    stdout: '',
    stderr: 'Stopped: 0 of 1 modules were graded.\n',
  });
  for (let i = 0; i < 100 && below(0, hanging) > 0; i++) await sleep(20);
  expect(below(0, hanging)).toBe(0);
});

/** How many processes of a grading there are below one, or with a folder in their arguments. */
function below(pid: number, mark = 'compute.js'): number {
  const rows = String(execFileSync('ps', ['-A', '-o', 'ppid=,args=']))
    .trim()
    .split('\n');
  return rows.filter((row) => row.includes(mark) && (pid === 0 || row.trim().startsWith(`${pid} `)))
    .length;
}
