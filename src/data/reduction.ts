/** By what the sides of a picture are divided while it is decoded. */
export type Reduction = 1 | 2 | 4 | 8;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * How far a picture that is wanted in a certain size may be reduced before: not at all below 4 megapixels,
 * to about as many above, and never to less than twice the wanted sides. Without a wanted size not at all.
 *
 * It depends on the two sizes alone, so that a picture has the same pixels in Node and on a page.
 */
export function reductionFor({ width, height }: Size, wanted?: Size): Reduction {
  if (!wanted) return 1;
  const side = Math.min(width, height) / (2 * Math.max(wanted.width, wanted.height));
  const fits = (reduction: number) => reduction <= side;
  const pixels = width * height;
  if (pixels > 64e6 && fits(8)) return 8;
  if (pixels > 16e6 && fits(4)) return 4;
  return pixels > 4e6 && fits(2) ? 2 : 1;
}

/** A side, rounded up: the last pixel may stand for fewer than the others. */
export const reduced = ({ width, height }: Size, reduction: Reduction): Size => ({
  width: Math.ceil(width / reduction),
  height: Math.ceil(height / reduction),
});
