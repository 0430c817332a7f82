import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandLine } from './commandLine.js';
import { configOf } from './mutants/config.js';
import { groups } from './mutants/groups.js';
import { scoreOf, survivorsOf } from './mutants/score.js';

/*
 * npm run mutants -- [--only GROUP[,GROUP]] [--least PERCENT] [--again]
 *
 * Stryker changes the sources one operator at a time and looks whether a test fails. Prints what
 * survived, then a line for each group. Ends with 1 where fewer than 90 % were killed. What was found
 * before is kept, and only what may have changed is tried anew; --again tries everything.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const home = join(root, 'scripts', 'mutants');
const kept = join(root, 'node_modules', '.cache', 'handgrad-mutants');

const usage = 'npm run mutants -- [--only GROUP[,GROUP]] [--least PERCENT] [--again]';
const { values } = commandLine(usage, {
  options: {
    only: { type: 'string', default: Object.keys(groups).join(',') },
    least: { type: 'string', default: '90' },
    again: { type: 'boolean', default: false },
  },
});
const names = values.only.split(',');
for (const name of names.filter((name) => !Object.hasOwn(groups, name))) {
  console.error(`There is no group ${name}. Give ${Object.keys(groups).join(', ')}.`);
  process.exit(2);
}

install();
mkdirSync(kept, { recursive: true });
const sandbox = mkdtempSync(join(tmpdir(), 'handgrad-mutants-'));
process.on('exit', () => rmSync(sandbox, { recursive: true, force: true }));
const lines: string[] = [];
let isEnough = true;
for (const name of names) {
  const report = join(kept, `${name}.json`);
  const config = join(kept, `${name}.config.json`);
  writeFileSync(config, JSON.stringify(configOf(groups[name], { home, sandbox, report })));
  const stryker = join(home, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
  const again = values.again ? ['--force'] : [];
  const done = spawnSync(process.execPath, [stryker, 'run', config, ...again], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (done.status !== 0) {
    console.error(`${name}: Stryker failed.\n${done.stdout}\n${done.stderr}`);
    process.exit(1);
  }
  const { files } = JSON.parse(readFileSync(report, 'utf8'));
  for (const survivor of survivorsOf(files)) console.log(survivor);
  const { killed, timedOut, all, percent } = scoreOf(files);
  const late = timedOut > 0 ? `, ${timedOut} of them by the clock` : '';
  lines.push(`${name}: ${killed} of ${all} mutants killed, ${percent.toFixed(1)} %${late}`);
  isEnough &&= percent >= Number(values.least);
}
console.log(lines.join('\n'));
process.exitCode = isEnough ? 0 : 1;

/** Stryker is 168 packages and 65 MB, for this command alone: it comes when it is first asked for. */
function install(): void {
  if (existsSync(join(home, 'node_modules', '@stryker-mutator', 'jest-runner'))) return;
  console.error('Installing Stryker (npm ci in scripts/mutants) ...');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps'];
  const { status } = spawnSync('npm', args, { cwd: home, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(1);
}
