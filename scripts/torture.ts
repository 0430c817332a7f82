// Fails and kills what handgrad writes, and looks at what is there then.
//   npm run torture -- saving [--kills 500] [--seed 1]

import { commandLine } from './commandLine.js';
import { injectAll } from './torture/faults.js';
import { killAtRandom } from './torture/kills.js';

const usage = 'npm run torture -- saving [--kills 500] [--seed 1] [--step 1]';
const { values, positionals } = commandLine(usage, {
  allowPositionals: true,
  options: {
    kills: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    step: { type: 'string', default: '1' },
  },
});
if (positionals.join() !== 'saving') {
  console.error(usage);
  process.exit(2);
}
const seed = Number(values.seed);

console.log('| what is written | calls | faults | old | new | wrong |\n|---|---|---|---|---|---|');
let wrong = 0;
for (const { subject, calls, faults, failures, ...found } of await injectAll(
  Number(values.step),
  seed,
)) {
  console.log(`| ${[subject, calls, faults, found.old, found.new, failures.length].join(' | ')} |`);
  for (const failure of failures.slice(0, 20)) console.error(failure);
  wrong += failures.length;
}

const kills = Number(values.kills);
const { reads, inTheMiddle, failures } = await killAtRandom(kills, seed);
console.log(`
Two writers, ${kills} SIGKILLs, seed ${seed}: ${inTheMiddle} while files were moved; ${reads} reads, ${failures.length} wrong`);
for (const failure of failures) console.error(failure);
if (wrong + failures.length > 0) process.exitCode = 1;
