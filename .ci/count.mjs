// Counts what jest has written with --json. Where two runs have the same file, the later one counts.
//   node .ci/count.mjs [--failed WHAT]… REPORT.json… [--missing NEED…]
// A test may be skipped for a reason of skips.json, where what it needs is missing here; any other
// skip is a failure. The last line is 'N passed, N failed, N skipped'.
import { existsSync, readFileSync } from 'node:fs';

const args = process.argv.slice(2);
const before = [];
while (args[0] === '--failed') before.push(args.splice(0, 2)[1]);
const end = args.includes('--missing') ? args.indexOf('--missing') : args.length;
const [reports, missing] = [args.slice(0, end), args.slice(end + 1)];
const reasons = JSON.parse(readFileSync(new URL('skips.json', import.meta.url), 'utf8'));
const allowed = missing.map((need) => `(not run: ${reasons[need]})`);

const problems = before.map((what) => `${what} failed.`);
const files = new Map();
for (const report of reports) {
  if (!existsSync(report)) {
    problems.push(`${report} was not written: that run ended before its tests did.`);
    continue;
  }
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  for (const file of testResults) files.set(file.name, file);
}

const count = { passed: 0, failed: 0, skipped: 0 };
for (const { name, status, message, assertionResults } of files.values()) {
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (status === 'failed' && failed.length === 0) {
    problems.push(`${name} did not run: ${message.trim().split('\n')[0]}`);
  }
  count.failed += failed.length;
  for (const { status, fullName } of assertionResults) {
    if (status === 'passed') count.passed++;
    if (status === 'passed' || status === 'failed') continue;
    count.skipped++;
    if (!allowed.some((reason) => fullName.includes(reason))) {
      problems.push(
        `Skipped, and .ci/skips.json has no reason for it that holds here: ${fullName} (${name})`,
      );
    }
  }
}
if (files.size === 0) problems.push('No test was run.');
count.failed += problems.length;
for (const problem of problems) console.log(problem);
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exit(count.failed === 0 ? 0 : 1);
