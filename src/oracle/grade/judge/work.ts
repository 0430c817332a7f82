import { judgedAt, type PassAt, sizeOf } from './pass.js';

/**
 * Whether a backward pass takes differences of its own cost: they need two forward passes for each
 * element of a parameter, one after another or in one large batch.
 *
 * @param larger the pass at larger dimensions, where the shapes have names.
 * @returns a sentence; undefined where nothing says so.
 */
export function differencesIn(pass: PassAt, larger: PassAt | undefined, isLayer: boolean) {
  const [forward, backward] = pass.work;
  const sizes = [...judgedAt(pass, isLayer).values()].map(({ values }) => values.length);
  const total = sizeOf(judgedAt(pass, isLayer));
  const smallest = Math.min(...sizes.filter((size) => size >= 8), total);
  const many = 2 * smallest * Math.max(1, forward.kernels) + (smallest < 8 ? 20 : 0);
  if (backward.kernels >= many) {
    return say(backward.kernels, forward.kernels, total);
  }
  if (isLayer || larger === undefined) return undefined;
  const grows = (of: 'kernels' | 'numbers', by: number) =>
    ratio(larger, of) > by * ratio(pass, of) + 2;
  if (!grows('kernels', 1.3) && !grows('numbers', 3)) return undefined;
  const [forwardLarger, backwardLarger] = larger.work;
  return say(backwardLarger.kernels, forwardLarger.kernels, sizeOf(judgedAt(larger, isLayer)));
}

const ratio = ({ work: [forward, backward] }: PassAt, of: 'kernels' | 'numbers') =>
  backward[of] / Math.max(1, forward[of]);

const say = (backward: number, forward: number, size: number) =>
  `Its backward pass runs ${backward} operations where its forward pass runs ${forward}, and more with every parameter (${size} numbers here): it computes differences, not a gradient.`;
