import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
    firstWrong: 'dZ1',
    cause: 'dZ1 puts Z1 where the derivative needs A1.',
  };
  const failed = (cause: string) => ({
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
      process.send?.('garbage');
      ${tanhFromZ}`,
    );
    run = await handgradGrade(
      submissions,
      ...['--timeout', '15', '--memory', '800', '--json', '--csv', csv, '--html', html],
    );
  }, 180_000);

  test('each costs its own row only, by name, and the grading itself has worked', () => {
    expect(run.code).toBe(0);
    const { cause: thrown } = JSON.parse(run.stdout)[5];
    expect(thrown).toMatch(/^throws\.mjs cannot be loaded: not today/);
    expect(JSON.parse(run.stdout)).toEqual([
      {
        file: 'asks-for-a-gigabyte.js',
        ...failed('It needs more than the 800 MB of memory that it may have.'),
      },
      {
        file: 'exits.mjs',
        ...failed('It ends the process (exit code 0) before it is checked.'),
      },
      { file: 'hangs.mjs', ...failed('It is not done after 15 seconds.') },
      { file: 'prints.mjs', ...wrong },
      {
        file: 'right.ts',
        passed: true,
        right: 4,
        gradients: 4,
        firstWrong: null,
        cause: null,
      },
      { file: 'throws.mjs', ...failed(thrown) },
      { file: 'writes-garbage.mjs', ...wrong },
    ]);
  });

  test('stderr says how far it is, a line for each module', () => {
    const lines = run.stderr.trim().split('\n');
    expect(lines.slice(0, 7).sort()).toEqual([
      'asks-for-a-gigabyte.js: failed',
      'exits.mjs: failed',
      'hangs.mjs: failed',
      'prints.mjs: wrong',
      'right.ts: pass',
      'throws.mjs: failed',
      'writes-garbage.mjs: wrong',
    ]);
    expect(lines.slice(7)).toEqual([`CSV: ${csv}`, `Page: ${html}`]);
  });

  test('the table is written as CSV and as a page', () => {
    const rows = readFileSync(csv, 'utf8').split('\r\n');
    expect(rows[0]).toBe('file,verdict,right,gradients,first wrong,cause');
    expect(rows[5]).toBe('right.ts,pass,4,4,,');
    expect(rows).toHaveLength(9);
    const page = readFileSync(html, 'utf8');
    expect(page).toContain('<title>submissions</title>');
    expect(page).toContain('1 of 7 modules pass.');
  });
});

test('without --json a table on stdout', async () => {
  const one = join(folder, 'one');
  mkdirSync(one);
  copyFileSync(join(examples, 'tanh-from-z.mjs'), join(one, 'mine.mjs'));
  const { code, stdout } = await handgradGrade(one);
  expect(stdout).toBe(
    [
      'file      verdict  right   first wrong  cause',
      'mine.mjs  WRONG    2 of 4  dZ1          dZ1 puts Z1 where the derivative needs A1.',
      '',
      '0 of 1 modules pass.',
      '',
    ].join('\n'),
  );
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
  const source = `
    import { writeFileSync } from 'node:fs';
    writeFileSync('pid', String(process.pid));
    for (;;);`;
  writeFileSync(join(hanging, 'hangs.mjs'), source);
  const child = start([hanging, '--timeout', '1000']);
  const end = ended(child);
  const pidFile = join(hanging, 'pid');
  while (!existsSync(pidFile) || !readFileSync(pidFile, 'utf8')) await sleep(20);
  child.kill(signal);
  expect(await end).toEqual({
    code,
    stdout: '',
    stderr: 'Stopped: 0 of 1 modules were graded.\n',
  });
  const pid = Number(readFileSync(pidFile, 'utf8'));
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
