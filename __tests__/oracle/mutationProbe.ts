/*
 * Run as a process of its own, from a copy of the project: asks the check what a test asks it, and
 * prints for each question whether the answer is the right one, as JSON. Usage: QUESTION…, or all.
 */
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type CheckOptions, checkGradients } from '../../src/oracle/checkGradients.js';
import type { Subject } from '../../src/oracle/subject.js';
import { type Deviation, networks, type Pass, plant, right } from './diagnosis/networks.js';

type Report = Awaited<ReturnType<typeof checkGradients>>;

const [logistic, shallow, deep] = networks;
const planted = (network = shallow, deviation?: Deviation) =>
  plant(network, 1, undefined, deviation) as unknown as Subject;
const scaled = (line: 'dW' | 'db' | 'dZ', factor: number, layer = 1): Deviation => ({
  layer,
  lines: { [line]: (pass: Pass, l: number) => tf.mul(right[line](pass, l), factor) },
});

/** J = size/m Σ W X, of which autodiff and the gradient by hand each have an error of their own. */
const linear = (handError: number, autodiffError: number, size = 1): Subject => {
  const biased = tf.customGrad((Z) => ({
    value: tf.mul(Z as Tensor, size),
    gradFunc: (dy: Tensor) => tf.mul(dy, size * (1 + autodiffError)),
  }));
  return {
    params: { W1: [[1, -2]] },
    X: [
      [1, 2, 4],
      [3, -1, 1],
    ],
    Y: [[0, 0, 0]],
    forward: (_, { W1 }, X) => ({ cost: tf.mean(biased(tf.matMul(W1, X))) }),
    backward: (_, _params, X) => ({
      dW1: tf.mul(tf.mean(tf.transpose(X), 0, true), size * (1 + handError)),
    }),
  };
};

/** J = Σ relu(w x), and one element of x lies within reach of the kink. */
const kink: Subject = {
  params: { W1: [[1, 1]] },
  X: [
    [1, 0],
    [0, 1e-4],
  ],
  Y: [[0, 0]],
  forward: (_, { W1 }, X) => {
    const Z = tf.sub(tf.matMul(W1, X), [[0.5, 1e-4 - 1e-9]]);
    return { cost: tf.sum(tf.relu(Z)), cache: Z };
  },
  backward: (_, _params, X, _Y, Z) => ({
    dW1: tf.matMul(tf.step(Z as Tensor) as Tensor2D, X as Tensor2D, false, true),
  }),
};

/** J = Σ relu(w) with a w of exactly 0. */
const atTie = (slope: number): Subject => ({
  ...{ params: { W1: [[0, 1]] }, X: [[1]], Y: [[1]] },
  forward: (_, { W1 }) => ({ cost: tf.sum(tf.relu(W1)) }),
  backward: () => ({ dW1: tf.tensor2d([[slope, 1]]) }),
});

/** J = ½ Σ w², and w is changed in place before or after dw is made of it. */
const inPlace = (before: boolean): Subject => ({
  ...{ params: { W1: [[2, 1]] }, X: [[1]], Y: [[1]] },
  forward: (_, { W1 }) => ({ cost: tf.mul(0.5, tf.sum(tf.square(W1))) }),
  backward: (_, { W1 }) => {
    const early = tf.mul(1, W1);
    W1.dataSync().fill(7);
    return { dW1: before ? tf.mul(1, W1) : early };
  },
});

let draws = 0;
const random: Subject = {
  ...planted(),
  forward: (...args) => {
    const { cost, cache } = planted().forward(...args);
    return { cost: tf.add(cost, draws++), cache };
  },
};
const disposing: Subject = {
  ...planted(),
  backward: (...args) => {
    const grads = planted().backward(...args);
    args[2].dispose();
    return grads;
  },
};
const changed = (change: (grads: Record<string, Tensor>) => Record<string, Tensor>) =>
  planted(shallow, { layer: 1, returns: change });

const outcome = (subject: Subject, options: CheckOptions = {}): Promise<Report | Error> =>
  checkGradients(subject, options).catch((error: Error) => error);
const parameter = (report: Report | Error, name: string) =>
  report instanceof Error ? undefined : report.parameters.find((p) => p.name === name);
const passes = (report: Report | Error) => !(report instanceof Error) && report.passed;
const fails = (report: Report | Error) => !(report instanceof Error) && !report.passed;
const causes = (report: Report | Error) =>
  report instanceof Error
    ? report.message
    : report.causes.map(({ id, where }) => `${id} ${where.join(' ')}`).join('; ');
const stages = (report: Report | Error) =>
  report instanceof Error ? '' : report.stages.map(({ verdict }) => verdict[0]).join('');

const halfWay = { dZ1: scaled('dZ', 2) };
const nan = (grads: Record<string, Tensor>) => ({
  ...grads,
  dW2: tf.concat([tf.slice(grads.dW2, [0, 0], [1, 3]), tf.fill([1, 1], Number.NaN)], 1),
});

const questions: Record<string, () => Promise<boolean>> = {
  'what is right passes': async () => passes(await outcome(planted(deep))),
  'what is right passes with one step alone': async () =>
    passes(await outcome(planted(deep), { h: 3e-4 })),
  'what is wrong fails': async () => fails(await outcome(planted(shallow, scaled('dW', 1.5)))),
  'in float32 what is wrong fails': async () =>
    fails(await outcome(planted(shallow, scaled('dW', 1.5)), { backend: 'cpu' })),
  'a millionth off fails': async () =>
    fails(await outcome(planted(shallow, scaled('dW', 1 + 1e-5)))),
  'a small gradient is measured by itself': async () => fails(await outcome(linear(1e-6, 0, 0.01))),
  'a tiny gradient is measured by itself': async () => fails(await outcome(linear(1e-6, 0, 1e-9))),
  'only the wrong parameter fails': async () => {
    const report = await outcome(planted(shallow, scaled('db', 2)));
    const passed = ['dW1', 'db1', 'dW2', 'db2'].map((name) => parameter(report, name)?.passed);
    return String(passed) === 'true,false,true,true';
  },
  'a NaN is wrong, and it alone': async () => {
    const dW2 = parameter(await outcome(changed(nan)), 'dW2');
    return dW2?.passed === false && dW2.wrong === 1 && Number.isNaN(dW2.maxRelativeError);
  },
  'a gradient that is missing fails': async () =>
    fails(await outcome(changed(({ dW1, ...rest }) => rest))),
  'a gradient of another shape fails': async () =>
    fails(await outcome(changed((grads) => ({ ...grads, dW2: tf.transpose(grads.dW2) })))),
  'every element is counted': async () => {
    const report = await outcome(planted());
    return !(report instanceof Error) && String(Object.values(report.checked)) === '29,29,0';
  },
  'by hand against the differences': async () => fails(await outcome(linear(1.6e-7, 0.8e-7))),
  'autodiff against the differences': async () =>
    passes(await outcome(linear(0, 0.5))) && fails(await outcome(linear(0.3, 0.5))),
  'a fault in the forward pass is called one': async () =>
    causes(await outcome(linear(0.5, 0.5))).startsWith('forward dW1'),
  'a tie accuses nobody': async () => passes(await outcome(atTie(1))),
  'a third number at a tie fails': async () => fails(await outcome(atTie(0.3))),
  'what is updated in place before its use is wrong': async () =>
    causes(await outcome(inPlace(true))) === 'W-updated dW1',
  'what is updated in place after its use is right': async () =>
    passes(await outcome(inPlace(false))),
  'a wrong dX fails': async () =>
    fails(await outcome(changed((grads) => ({ ...grads, dX: tf.ones([3, 5]) })))),
  'a kink is skipped, and accuses nobody': async () => {
    const report = await outcome(kink);
    return passes(report) && (report as Report).skipped === 1;
  },
  'of a large parameter a direction is taken': async () => {
    const report = await outcome(planted(), { samples: 2 });
    return !(report instanceof Error) && report.checked.directions === 3;
  },
  'two costs for one input are refused': async () =>
    causes(await outcome(random)).startsWith('forward gives two costs'),
  'an input that is freed is refused': async () =>
    causes(await outcome(disposing)).startsWith('backward disposes X'),
  'the cause is named': async () =>
    causes(await outcome(planted(shallow, scaled('dW', 7)))) === 'mean-missing dW1',
  'the first wrong step is named': async () => {
    const report = await outcome(planted(shallow, halfWay.dZ1));
    // dZ2 dW2 db2 dA1 right, dZ1 wrong, dW1 and db1 inherit.
    return causes(report) === 'factor-2 dZ1' && stages(report) === 'rrrrwii';
  },
  'what is unknown is called so': async () => {
    const sine = { layer: 1, lines: { db: (pass: Pass) => tf.sin(right.db(pass, 1)) } };
    return causes(await outcome(planted(shallow, sine), { explainSeconds: 0 })) === 'unknown db1';
  },
  'a single number is not any multiple': async () => {
    const off = { layer: 1, lines: { db: (pass: Pass) => tf.add(right.db(pass, 1), 0.05) } };
    return causes(await outcome(planted(logistic, off), { explainSeconds: 0 })) === 'unknown db1';
  },
  'the correction is verified': async () => {
    const report = await outcome(planted(shallow, scaled('dW', 7)));
    const [cause] = report instanceof Error ? [] : report.causes;
    return cause?.counterfactual === 'With this correction all 4 gradients pass.';
  },
  'memory is flat': async () => {
    const before = tf.memory().numTensors;
    await outcome(planted(deep, scaled('dW', 2)));
    return tf.memory().numTensors === before;
  },
};

const only = process.argv.slice(2);
const answers: Record<string, boolean> = {};
for (const [name, ask] of Object.entries(questions)) {
  if (only.length === 0 || only.includes(name)) answers[name] = await ask().catch(() => false);
}
console.log(JSON.stringify(answers));
