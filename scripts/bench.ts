// Where speed is claimed: each workload's contestants take turns in one run.
//   npm run bench [-- --only cat --rounds 7 --json]

import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { version_core } from '@tensorflow/tfjs-core';
import { cat } from './bench/cat.js';
import { oracle } from './bench/oracle.js';
import type { Timings, Workload } from './bench/takeTurns.js';

const workloads: Readonly<Record<string, Workload>> = { cat, oracle };

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '7' },
    json: { type: 'boolean', default: false },
  },
});
const names = Object.keys(workloads);
const chosen = values.only === undefined ? names : values.only.split(',');
const unknown = chosen.find((name) => !names.includes(name));
if (unknown !== undefined) {
  console.error(`There is no workload ${unknown}; there are ${names.join(', ')}.`);
  process.exit(2);
}

const machine = `${cpus().length} cores of ${cpus()[0].model}, Node ${process.versions.node}, TensorFlow.js ${version_core}`;
const timings: Record<string, Timings> = {};
const ratios: Record<string, Record<string, number>> = {};
if (!values.json) console.log(machine);
for (const name of chosen) {
  const workload = workloads[name];
  timings[name] = await workload.run(Number(values.rounds));
  ratios[name] = ratiosOf(workload, timings[name]);
  if (!values.json) print(workload, timings[name], ratios[name]);
}
if (values.json) console.log(JSON.stringify({ machine, workloads: timings, ratios }, null, 2));

function ratiosOf({ ratios }: Workload, timings: Timings): Record<string, number> {
  const there = ratios.filter(([a, b]) => timings[a] && timings[b]);
  return Object.fromEntries(
    there.map(([a, b]) => [`${a} / ${b}`, timings[a].msPerIteration / timings[b].msPerIteration]),
  );
}

function print(
  { title }: Workload,
  timings: Timings,
  ratios: Readonly<Record<string, number>>,
): void {
  console.log(`\n${title}`);
  const width = Math.max(...[...Object.keys(timings), ...Object.keys(ratios)].map((s) => s.length));
  for (const [name, { msPerIteration, spread }] of Object.entries(timings)) {
    const range = spread.map((ms) => ms.toFixed(2)).join(' to ');
    console.log(`${name.padEnd(width)} ${msPerIteration.toFixed(2).padStart(8)} ms (${range})`);
  }
  for (const [name, ratio] of Object.entries(ratios)) {
    console.log(`${name.padEnd(width)} ${ratio.toFixed(2).padStart(8)}`);
  }
}
