import * as tf from '@tensorflow/tfjs-core';
import { numpy } from '../diagnosis/code/dialect.js';
import { type Diagnosis, diagnose } from '../diagnosis/diagnose.js';
import type { Elsewhere, Evidence } from '../diagnosis/evidence.js';
import { type Step, trace } from '../tape.js';
import type { LoadedFile, PackedPoint, PointAnswer } from './answers.js';
import { autodiffOf, handOf } from './autodiff.js';
import type { Judged } from './judge.js';
import { unpack } from './packed.js';
import { recordingOf, sorted } from './recorded.js';
import { run, valuesOf } from './replay.js';
import { Expressions, sceneOf } from './scene.js';

/** What the words of an explanation are taken from. */
export type Texts = Pick<LoadedFile, 'sources' | 'shapes'>;

interface At {
  readonly point: PackedPoint;
  readonly answer: PointAnswer;
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
  texts: Texts,
): Diagnosis {
  const nothing: Diagnosis = { causes: [], stages: [] };
  // Where the differences are right there are none elsewhere to hold an explanation against.
  if (judged.doubted.length > 0 || judged.compared === 0) return nothing;
  const expressions = new Expressions(texts.sources);
  const sceneAt = (at: At) => () => sceneOf(at, texts, judged, expressions);
  const evidence = evidenceOf(base, judged.truth, steps, sceneAt(base));
  const [first, second, resized] = others.map(
    (at) => () => at && elsewhere(at, judged, sceneAt(at)),
  );
  const fresh: Elsewhere = { redrawn: [first, second], resized };
  const found = diagnose(evidence, judged.parameters, fresh, {
    ...{ lookup: expressions.lookup, dialect: numpy },
    // Of an autograd Function of PyTorch nothing is recorded.
    ...(!isRecorded(base) && { seconds: 0 }),
  });
  return base.answer.kind === 'layer' ? withoutSamples(found) : found;
}

const isRecorded = ({ answer }: At) => Object.keys(recordingOf(answer)?.hand ?? {}).length > 0;

/** Of a layer nothing is said about m. */
const withoutSamples = ({ causes, stages }: Diagnosis): Diagnosis => ({
  causes: causes.map((cause) =>
    cause.id === 'unknown'
      ? { ...cause, sentence: cause.sentence.replace(/(gives these numbers\.) .*/s, '$1') }
      : cause,
  ),
  stages,
});

function elsewhere(
  at: At,
  { perSample = [] }: Judged,
  scene: Evidence['scene'],
): Evidence | undefined {
  const { params } = inputsOf(at);
  const made = autodiffOf(at.answer, params);
  if (!made) return undefined;
  const m = Object.values(at.answer.outputs)[0]?.at(-1) ?? 1;
  const shares = new Set(perSample.map((name) => `d${name}`));
  const oracle = Object.entries(made.grads).map(([name, gradient]) => [
    name,
    shares.has(name) ? tf.div(gradient, m) : gradient,
  ]);
  return evidenceOf(at, Object.fromEntries(oracle), made.steps, scene);
}

function evidenceOf(
  at: At,
  oracle: Evidence['oracle'],
  steps: readonly Step[],
  scene: Evidence['scene'],
): Evidence {
  const { params, data } = inputsOf(at);
  const none = tf.zeros([1]); // a layer has no samples to speak of
  return {
    point: { params, X: data.X ?? none, Y: data.Y ?? none },
    hand: handOf(at.answer),
    oracle,
    steps,
    trace: () => traced(at.answer),
    scene,
  };
}

const inputsOf = ({ point, answer }: At) =>
  sorted(
    Object.fromEntries(Object.entries(point).map(([name, packed]) => [name, unpack(packed)])),
    answer,
  );

/** What passes through the operations of the backward pass. */
function traced(answer: PointAnswer) {
  const recording = recordingOf(answer);
  if (!recording) return { made: [], used: [] };
  const values = valuesOf(recording);
  run(recording.operations.slice(0, recording.split), values);
  return trace(() => void run(recording.operations.slice(recording.split), values));
}
