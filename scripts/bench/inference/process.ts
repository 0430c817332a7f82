// A contestant of inference.ts: NAME FOLDER SAMPLES. Says what it is and predicts first, then as often as
// each line says, and answers with the milliseconds.

import { createInterface } from 'node:readline';
import { RandomState } from '../../../src/core/random.js';
import { ways } from './ways.js';

const [name, folder, samples] = process.argv.slice(2);
const m = Number(samples);
const nX = 784;
/** (n_x, m) and (m, n_x), row by row. */
const columns = Float32Array.from(new RandomState(1).rand(nX * m));
const rows = new Float32Array(nX * m);
for (let j = 0; j < m; j++) for (let i = 0; i < nX; i++) rows[j * nX + i] = columns[i * m + j];

const { about, predict, isByRows } = await ways[name]({ folder, m, columns, rows });
const AL = await predict();
const firstOf = (i: number) => (isByRows ? AL[i] : AL[i * m]);
const outputs = Array.from({ length: 10 }, (_, i) => firstOf(i));
console.log(JSON.stringify({ ...about, outputs }));
for await (const line of createInterface({ input: process.stdin })) {
  const start = performance.now();
  // A prediction that is no promise is not waited for.
  for (let i = Number(line); i > 0; i--) {
    const AL = predict();
    if (AL instanceof Promise) await AL;
  }
  console.log(performance.now() - start);
}
process.exit(0);
