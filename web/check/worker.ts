import * as tf from '@tensorflow/tfjs-core';
import { CheckError, HandgradError } from '../../src/core/errors.js';
import { checkGradients } from '../../src/oracle/checkGradients.js';
import { exportedSubject } from '../../src/oracle/exported.js';
import { messageOf, placeIn, placeOf } from '../../src/oracle/thrown.js';
import { type Answer, type Problem, ready } from './answer.js';
import { closeScope } from './closed.js';
import { codeName, translate } from './module.js';
import { listenTo } from './printed.js';
import { type Said, write } from './wire.js';

/*
 * Checks one piece of code, as `handgrad check` checks a file, and answers: the whole life of a worker.
 */

const send = self.postMessage.bind(self);
const answer = (said: Said) => send(write(said));
const { createObjectURL, revokeObjectURL } = URL;

self.addEventListener(
  'message',
  async ({ data }: MessageEvent<string>) => answer(await check(data)),
  { once: true },
);
closeScope(self);
listenTo(console, (printed) => answer({ printed }));
answer(ready);

async function check(code: string): Promise<Answer> {
  const translation = translate(code);
  if ('problem' in translation) {
    const { problem, line } = translation;
    return { problem: { sentence: `The code cannot be read: ${problem}.`, line } };
  }
  try {
    const exports = await load(translation.script);
    const source = (file: string) => (file === codeName ? code : undefined);
    // The search ends well before the page takes the code for an endless loop.
    const options = { source, explainSeconds: 2.5 };
    return { report: await checkGradients(exportedSubject(exports, 'The code'), options) };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

/** What the code exports. @throws CheckError */
async function load(script: string): Promise<Record<string, unknown>> {
  const url = createObjectURL(new Blob([script], { type: 'text/javascript' }));
  try {
    const { default: run } = await import(/* @vite-ignore */ url);
    const exports = {};
    await run(exports, required);
    return exports;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof CheckError) throw error;
    throw new CheckError(`The code cannot be run: ${messageOf(error)}${placeOf(error)}`, {
      cause: error,
    });
  } finally {
    revokeObjectURL(url);
  }
}

/** TensorFlow.js under each of its names; the way in which `import` and `import *` ask for it. */
const tensorflow = { ...tf, default: tf, __esModule: true };
const packages = ['@tensorflow/tfjs', '@tensorflow/tfjs-core', '@tensorflow/tfjs-node'];

function required(name: string) {
  if (packages.includes(name)) return tensorflow;
  throw new CheckError(
    `There is no ${name} to import here, only ${packages[1]}: put into the code what it needs.`,
  );
}

/** The sentence without its place, and the place as a line. */
function problemOf(error: unknown): Problem {
  if (error instanceof SyntaxError) {
    return { sentence: `The code cannot be read: ${messageOf(error)}.`, unread: true };
  }
  const causes = [error, error instanceof Error ? error.cause : undefined];
  const place = causes.map(placeIn).find((place) => place?.file === codeName);
  const said =
    error instanceof HandgradError ? error.message : `The check fails: ${messageOf(error)}`;
  return {
    sentence: said.replace(new RegExp(` \\(${codeName}:\\d+:\\d+\\)$`), ''),
    line: place?.line,
  };
}
