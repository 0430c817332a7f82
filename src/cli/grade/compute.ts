import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs-core';
import { CheckError, HandgradError } from '../../core/errors.js';
import { FLOAT64 } from '../../float64/index.js';
import type { Request } from '../../oracle/grade/judge/wire.js';
import { Served } from '../../oracle/grade/served.js';
import { takeGradients } from '../../oracle/grade/takeGradients.js';
import { onTerms, termsOf } from '../../oracle/grade/terms.js';
import { loadExports, prepareLoader } from '../loadSubject.js';
import { type Answer, channelDescriptor, type Job, ready } from './channel.js';
import { harden } from './harden.js';
import { refuseImports } from './ownImports.js';

/*
 * The process of one submission: it loads the module, is given points and gives numbers, until it is
 * killed. It never judges.
 */

const { stringify, parse } = JSON; // before a submission can put another in its place
const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
const putGradientsBack = takeGradients();
await tf.setBackend(FLOAT64);

let job: Job | undefined;
let exports: Readonly<Record<string, unknown>> = {};
let served: Served | undefined;
let allowImports = () => {};

async function answer(request: Request): Promise<unknown> {
  if (request.ask === 'load') {
    if (!job?.isTrusted) shutIn(request.file);
    exports = await loadExports(request.file);
    const given = request.terms === undefined ? exports : onTerms(request.terms, exports);
    served = new Served(given, request.file);
    return served.loaded();
  }
  if (request.ask === 'terms') return termsOf(exports);
  if (served === undefined) throw new CheckError('Nothing is loaded.');
  if (request.ask === 'gradients') return served.gradients(request.point);
  if (request.ask === 'costs') return served.costs(request.moves);
  allowImports();
  putGradientsBack();
  const { explain } = await import('./explain.js');
  return explain(served.subject);
}

function shutIn(file: string): void {
  prepareLoader(file); // before imports are refused
  const ours = createRequire(import.meta.url).resolve('@tensorflow/tfjs-core');
  allowImports = refuseImports(ours, job?.allowed ?? []);
  harden();
}

function send(answer: Answer | string): void {
  const bytes = Buffer.from(`${typeof answer === 'string' ? answer : stringify(answer)}\n`);
  for (let at = 0; at < bytes.length; ) at += writeSync(channelDescriptor, bytes, at);
}

/** A folder's name in a message says nothing here, and may say too much. */
function messageOf(error: unknown): string {
  try {
    const isOurs = error instanceof HandgradError;
    const text = isOurs ? error.message : `handgrad fails: ${error}`;
    return text.slice(0, 4000).replaceAll(`${process.cwd()}/`, '').slice(0, 1000);
  } catch {
    return 'It throws what cannot be said in words.';
  }
}

lines.on('line', async (line) => {
  if (job === undefined) {
    job = parse(line) as Job;
    return send(ready);
  }
  try {
    send({ done: await answer(parse(line) as Request) });
  } catch (error) {
    send({ error: messageOf(error) });
  }
});
