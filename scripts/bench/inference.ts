// Predictions with a trained 784-128-64-10 network: of one sample, of 32 and of 10,000 at a time. Everyone
// gets an array of numbers, and gives one back.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchError } from './benchError.js';
import { Predictor } from './inference/child.js';
import { hasOnnxRuntime } from './inference/onnxRuntime.js';
import { saveNetwork } from './inference/save.js';
import { type Goal, ratiosOf } from './ratios.js';
import { takeTurns } from './takeTurns.js';
import type { Measured, Stage, Workload } from './workload.js';

const counts = [1, 32, 10_000];
const ours = ['ours compiled wasm', 'ours compiled native', 'ours compiled native, one thread'];
const plain = ['ours predictProb wasm', 'ours predictProb native'];
const tfjs = ['tfjs predict wasm', 'tfjs predict native'];
const onnx = ['onnxruntime-node', 'onnxruntime-node, one thread'];
/** As float32 rounds sums of 784 terms in another order. */
const agreement = 1e-4;

async function measureCount(m: number, folder: string, stage: Stage): Promise<Measured> {
  const { rounds, say, note } = stage;
  const names = [...ours, ...plain, ...tfjs, ...(hasOnnxRuntime() ? onnx : [])];
  say(`inference, ${m} at a time: ${names.length} contestants, ${rounds} rounds`);
  const contestants: Record<string, Predictor> = {};
  try {
    for (const name of names) {
      const contestant = new Predictor(name, folder, m);
      contestants[name] = contestant;
      const { outputs, ...about } = await contestant.ready();
      note(about);
      assertAgree(name, outputs, (await contestants[names[0]].ready()).outputs);
    }
    const title = `Prediction with ${title784}, ${m === 1 ? 'one sample' : `${m.toLocaleString('en')} samples`} at a time`;
    return { name: nameOf(m), title, timings: await takeTurns(contestants, rounds) };
  } finally {
    for (const contestant of Object.values(contestants)) contestant.end();
  }
}

const title784 = '784-128-64-10 softmax';
const nameOf = (m: number) => `inference-${m}`;

function assertAgree(name: string, given: readonly number[], expected: readonly number[]): void {
  const farthest = Math.max(...expected.map((p, i) => Math.abs(p - given[i])));
  if (farthest <= agreement && given.length === expected.length) return;
  throw new BenchError(`inference: ${name} predicts something else, by ${farthest}.`);
}

const goals: readonly Goal[] = [
  { name: 'ours / onnxruntime-node', of: [...ours, ...plain], over: onnx, target: 1 },
  { name: 'ours compiled / ours predictProb', of: ours, over: plain },
  { name: 'ours / tfjs predict', of: [...ours, ...plain], over: tfjs },
];

export const inference: Workload = {
  measure: async (stage) => {
    if (!hasOnnxRuntime()) {
      stage.say('onnxruntime-node is not here; "npm run bench -- --setup" installs it.');
    }
    const folder = mkdtempSync(join(tmpdir(), 'handgrad-inference-'));
    try {
      await saveNetwork(folder);
      const measured: Measured[] = [];
      for (const m of counts) measured.push(await measureCount(m, folder, stage));
      return measured;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  ratios: (measured) => measured.flatMap(({ name, timings }) => ratiosOf(name, goals, timings)),
};
