import { writeFile } from 'node:fs/promises';
import { type Checked, checkFolder } from '../__tests__/oracle/wild/check.js';
import { own } from '../__tests__/oracle/wild/key.js';
import { totalsOf, totalsText } from '../__tests__/oracle/wild/totals.js';
import { commandLine } from './commandLine.js';

/*
 * Checks all modules of a folder with an answer key, expected.json, and grades the reports:
 *
 *     npx tsx scripts/wild.ts [FOLDER] [--record FILE]
 *
 * A line for each module that is not fully right, then the totals, the slowest first word and the slowest module. With
 * --record the reports are kept in FILE, in the form that `grade.py --recorded` reads.
 */

const usage = 'npx tsx scripts/wild.ts [FOLDER] [--record FILE]';
const { values, positionals } = commandLine(usage, {
  allowPositionals: true,
  options: { record: { type: 'string' } },
});
const all: Checked[] = [];
for await (const checked of checkFolder(positionals[0] ?? own)) {
  all.push(checked);
  const { remarks } = checked.grade;
  if (remarks.length > 0) console.log(`${checked.name}: ${remarks.join('; ')}`);
}
if (values.record) {
  const outcomes = Object.fromEntries(all.map(({ name, outcome }) => [name, outcome]));
  await writeFile(values.record, JSON.stringify(outcomes));
}
console.log(totalsText(totalsOf(all.map(({ grade }) => grade))));
const slowest = all.reduce((a, b) => (b.seconds > a.seconds ? b : a));
const latest = all.reduce((a, b) => (b.first > a.first ? b : a));
const total = all.reduce((sum, { seconds }) => sum + seconds, 0);
console.log(
  `first word within ${latest.first.toFixed(2)} s (${latest.name}); slowest ${slowest.name}, ${slowest.seconds.toFixed(2)} s; all ${all.length} modules ${total.toFixed(1)} s`,
);
