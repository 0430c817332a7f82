import * as tf from '@tensorflow/tfjs-core';
import { numpy } from '../diagnosis/code/dialect.js';
import type { Scene } from '../diagnosis/code/scene.js';
import { type Diagnosis, diagnose } from '../diagnosis/diagnose.js';
import type { Elsewhere, Evidence } from '../diagnosis/evidence.js';
import type { Lookup } from '../source.js';
import type { Step } from '../tape.js';
import type { PackedPoint, PointAnswer } from './answers.js';
import { autodiffOf, handOf } from './autodiff.js';
import type { Judged } from './judge.js';
import { unpack } from './packed.js';
import { sorted } from './recorded.js';
import { withShares } from './scene.js';

/** What both passes gave at a point, and what they ran. */
export interface At {
  readonly point: PackedPoint;
  readonly answer: PointAnswer;
  scene(): Scene | undefined;
}

/**
 * What explains the wrong gradients, by the numbers at the point and at those of `others`: twice redrawn,
 * and of other sizes. What nothing explains has no cause. To be called in a `tf.tidy`.
 */
export function explain(
  base: At,
  others: readonly (At | undefined)[],
  judged: Judged,
  steps: readonly Step[],
  lookup: Lookup,
): Diagnosis {
  const nothing: Diagnosis = { causes: [], stages: [] };
  // Where the differences are right there are none elsewhere to hold an explanation against.
  if (judged.doubted.length > 0 || judged.compared === 0) return nothing;
  const evidence = evidenceOf(base, judged.truth, steps, judged);
  const [first, second, resized] = others.map((at) => () => at && elsewhere(at, judged));
  const fresh: Elsewhere = { redrawn: [first, second], resized };
  const found = diagnose(evidence, judged.parameters, fresh, { lookup, dialect: numpy });
  return base.answer.kind === 'layer' ? withoutSamples(found) : found;
}

/** Of a layer nothing is said about m. */
const withoutSamples = ({ causes, stages }: Diagnosis): Diagnosis => ({
  causes: causes.map((cause) =>
    cause.id === 'unknown'
      ? { ...cause, sentence: cause.sentence.replace(/(gives these numbers\.) .*/s, '$1') }
      : cause,
  ),
  stages,
});

function elsewhere(at: At, judged: Judged): Evidence | undefined {
  const { perSample = [] } = judged;
  const { params } = inputsOf(at);
  const made = autodiffOf(at.answer, params);
  if (!made) return undefined;
  const m = samplesOf(at);
  const shares = new Set(perSample.map((name) => `d${name}`));
  const oracle = Object.entries(made.grads).map(([name, gradient]) => [
    name,
    shares.has(name) ? tf.div(gradient, m) : gradient,
  ]);
  return evidenceOf(at, Object.fromEntries(oracle), made.steps, judged);
}

function evidenceOf(
  at: At,
  oracle: Evidence['oracle'],
  steps: readonly Step[],
  { perSample }: Judged,
): Evidence {
  const { params, data } = inputsOf(at);
  const none = tf.zeros([1]); // a layer has no samples to speak of
  return {
    point: { params, X: data.X ?? none, Y: data.Y ?? none },
    hand: handOf(at.answer),
    oracle,
    steps,
    scene: () => {
      const scene = at.scene();
      return scene && perSample ? withShares(scene, perSample, samplesOf(at)) : scene;
    },
  };
}

/** m of a layer's outputs with samples in columns. */
const samplesOf = ({ answer }: At) => Object.values(answer.outputs)[0]?.at(-1) ?? 1;

const inputsOf = ({ point, answer }: At) =>
  sorted(
    Object.fromEntries(Object.entries(point).map(([name, packed]) => [name, unpack(packed)])),
    answer,
  );
