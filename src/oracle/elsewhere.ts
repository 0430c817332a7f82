import * as tf from '@tensorflow/tfjs-core';
import type { Elsewhere, Evidence } from './diagnosis/evidence.js';
import { near } from './diagnosis/near.js';
import { project } from './diagnosis/project.js';
import { once } from './differences.js';
import { type Kept, tryGather } from './gather.js';
import type { FlatSubject } from './nested.js';
import { drawPoint, isWhole, redraw, twice, withOtherM } from './probes.js';
import { samplesOf } from './samples.js';
import type { Tensors } from './subject.js';

/** Seeds of the fresh points: none that a check starts from. */
const redraws = [0x5eed1, 0x5eed2] as const;

/** Other points for the same functions, drawn from the named shapes or like the numbers of the check. */
export function elsewhereOf(
  subject: FlatSubject,
  { point, oracle }: Evidence,
  isDrawn: boolean,
  kept: Kept,
): Elsewhere {
  const isMeanOverSamples = () => {
    const doubled = tryGather(subject, twice(point), kept);
    return doubled !== undefined && agreeButForDecay(point.params, oracle, doubled.oracle);
  };
  const resized = (seed: number) => {
    if (subject.draw) return subject.draw(seed, 'resized');
    const { shapes, labels, samples } = subject;
    if (isDrawn && shapes) return drawPoint(shapes, labels, seed, 1, samples);
    return samplesOf(point) !== undefined && isMeanOverSamples()
      ? withOtherM(point, seed)
      : undefined;
  };
  const redrawn = (seed: number) => {
    const own = subject.draw?.(seed, 'fresh');
    return own ? tryGather(subject, own, kept) : likeThePoint(seed);
  };
  const likeThePoint = (seed: number) =>
    tryGather(subject, redraw(point, seed), kept) ??
    // Whole numbers may be tokens, of which others may not exist.
    (isWhole(point.X)
      ? tryGather(subject, redraw(point, seed, { keepsX: true }), kept)
      : undefined);
  const [first, second] = redraws;
  return {
    redrawn: [once(() => redrawn(first)), once(() => redrawn(second))],
    resized: once(() => {
      const other = resized(first);
      return other && tryGather(subject, other, kept);
    }),
  };
}

/**
 * Of each sample twice a mean has the same gradient; a sum, or a mean whose m is written as a number, has
 * twice the gradient. λ/m W is another, and a multiple of W.
 */
const agreeButForDecay = (params: Tensors, once: Tensors, twice: Tensors) =>
  Object.entries(params).every(([name, P]) => {
    const [a, b] = [once[`d${name}`], twice[`d${name}`]];
    if (!a || !b) return false;
    if (near(a, b)) return true;
    const rest = tf.sub(b, a);
    return P.size > 1 && near(rest, tf.mul(P, project(rest, P)));
  });
