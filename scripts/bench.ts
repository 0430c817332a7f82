// Where speed is claimed: each workload's contestants take turns in one run.
//   npm run bench [-- --only cat,planar --rounds 7 --json --docs]
//   npm run bench -- --only engines     the compiled step by its shape, on each engine: not part of the rest
//   npm run bench -- --setup     what it compares with, in places of their own in the user's cache

import { cpus, loadavg, totalmem } from 'node:os';
import { HandgradError } from '../src/core/errors.js';
import { BenchError } from './bench/benchError.js';
import { browser } from './bench/browser.js';
import { cat, catShallow } from './bench/cat.js';
import { catRun } from './bench/catRun.js';
import { digitsRun } from './bench/digitsRun.js';
import { writeDocs } from './bench/docs.js';
import { engines } from './bench/engines.js';
import { growth } from './bench/growth.js';
import { gru } from './bench/gru.js';
import { setUpOnnxRuntime } from './bench/inference/onnxRuntime.js';
import { inference } from './bench/inference.js';
import { jobs } from './bench/jobs.js';
import { layersOf } from './bench/layers.js';
import { lenet } from './bench/lenet.js';
import { logistic } from './bench/logistic.js';
import { mnist, mnistAdam, mnistDropout } from './bench/mnist.js';
import { oracle } from './bench/oracle.js';
import { parallel } from './bench/parallel.js';
import { planar } from './bench/planar.js';
import type { About } from './bench/process.js';
import { productSpeed } from './bench/productSpeed.js';
import { products } from './bench/products.js';
import { look, pythonCommand } from './bench/python.js';
import type { Ratio } from './bench/ratios.js';
import { type Report, toJson } from './bench/report.js';
import { setup } from './bench/setup.js';
import { sklearn } from './bench/sklearn.js';
import { start } from './bench/start.js';
import { ownTime, ratiosText, workloadText } from './bench/text.js';
import { transformer } from './bench/transformer.js';
import type { Measured, Stage, Workload } from './bench/workload.js';
import { commandLine } from './commandLine.js';

const workloads: Readonly<Record<string, Workload>> = {
  'cat-run': catRun,
  'digits-run': digitsRun,
  cat,
  'cat-shallow': catShallow,
  logistic,
  planar,
  mnist,
  'mnist-adam': mnistAdam,
  'mnist-dropout': mnistDropout,
  lenet: layersOf(lenet),
  gru: layersOf(gru),
  transformer: layersOf(transformer),
  sklearn,
  growth,
  inference,
  browser,
  products,
  oracle,
  jobs,
  parallel,
  start,
  engines,
};

/** With the seconds since the start: the bench's own time is to stay below 20 minutes. */
const say = (line: string) =>
  console.error(`${String(Math.round(performance.now() / 1000)).padStart(4)} s  ${line}`);

const usage =
  'npm run bench -- [--only cat,planar] [--rounds 5] [--iterations 2500] [--json] [--docs]\nnpm run bench -- --setup';

function readOptions() {
  const { values } = commandLine(usage, {
    options: {
      only: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      iterations: { type: 'string', default: '2500' },
      json: { type: 'boolean', default: false },
      docs: { type: 'boolean', default: false },
      setup: { type: 'boolean', default: false },
    },
  });
  const names = Object.keys(workloads);
  const chosen = values.only?.split(',') ?? names.filter((name) => !workloads[name].isAsked);
  const unknown = chosen.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new BenchError(`There is no workload ${unknown}; there are ${names.join(', ')}.`);
  }
  if (values.docs && values.only !== undefined) {
    throw new BenchError('--docs writes about every workload: leave out --only.');
  }
  const count = (name: 'rounds' | 'iterations') => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value > 0) return value;
    throw new BenchError(`--${name} is ${values[name]}; give a whole number from 1.`);
  };
  return { ...values, chosen, rounds: count('rounds'), iterations: count('iterations') };
}

/** Without TensorFlow.js: what is timed runs in processes of its own. */
async function main(): Promise<void> {
  const { chosen, rounds, iterations, json, docs, ...options } = readOptions();
  if (options.setup) {
    await setup(say);
    return setUpOnnxRuntime(say);
  }

  const [{ model }] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[0].toFixed(1);
  const machine = `${model.trim()}, ${cpus().length} cores, ${memory} GiB, ${process.platform} ${process.arch}; load before: ${load}`;
  const versions: Record<string, string> = { Node: process.versions.node };
  const python = pythonCommand();
  const { version, packages, complaint } = await look(python);
  if (version) versions.Python = version;
  if (complaint) say(complaint);
  const threads: Record<string, Set<number>> = {};
  const note = ({ what, version, threads: count }: About) => {
    threads[what] = (threads[what] ?? new Set()).add(count);
    versions[what] = `${version}, threads: ${[...threads[what]].join(' or ')}`;
  };
  const stage: Stage = { rounds, iterations, python, packages, say, note };

  const speed = packages.has('numpy') ? await productSpeed(python) : undefined;
  const measured: Measured[] = [];
  const ratios: Ratio[] = [];
  if (!json) console.log(machine);
  const took: Record<string, number> = {};
  for (const name of chosen) {
    const began = performance.now();
    const found = await workloads[name].measure(stage);
    measured.push(...found);
    ratios.push(...workloads[name].ratios(found));
    took[name] = (performance.now() - began) / 1000;
    if (!json) for (const each of found) console.log(`\n${workloadText(each, speed)}`);
  }
  const report: Report = { measured, ratios, machine, versions, productSpeed: speed };
  if (json) console.log(toJson(report));
  else {
    console.log(`\n${ratiosText(report)}\n`);
    for (const [what, version] of Object.entries(versions)) console.log(`${what}: ${version}`);
  }
  say(ownTime(took));
  if (docs) say(`Written in docs/: ${(await writeDocs(report)).join(', ')}`);
}

const isMistyped = ({ code }: { code?: string }) => code?.startsWith('ERR_PARSE_ARGS');

main().catch((error) => {
  if (!(error instanceof HandgradError) && !isMistyped(error)) throw error;
  say(error.message);
  process.exitCode = 2;
});
