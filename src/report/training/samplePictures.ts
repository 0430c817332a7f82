import type { Shape } from '../../core/layer.js';
import type { SampleSet } from '../../data/sampleSet.js';
import { pictureUri } from '../pictures.js';

/*
 * Samples that are pictures, for galleries: whatever their numbers, and no larger than a page needs.
 */

/** Pictures are shown with this side at most. */
const mostPixels = 128;

/** [n_H, n_W, n_C] with one grey channel or three of colour. */
export const arePictures = (shape: Shape): shape is readonly [number, number, number] =>
  shape.length === 3 && (shape[2] === 1 || shape[2] === 3);

/**
 * The data URIs of pictures of one shape. Bytes are shown as they are. Numbers from 0 to 1 go from black to
 * white; others from the smallest to the largest of all the pictures.
 */
export function pictureUris(
  pictures: readonly (Uint8Array | Float32Array | Float64Array)[],
  shape: readonly [number, number, number],
): string[] {
  const toByte = pictures[0] instanceof Uint8Array ? Math.round : scaleOf(pictures);
  const factor = Math.ceil(Math.max(shape[0], shape[1]) / mostPixels);
  return pictures.map((picture) => {
    const { values, height, width } = smaller(picture, shape, factor);
    return pictureUri(Uint8Array.from(values, toByte), { height, width, channels: shape[2] });
  });
}

function scaleOf(pictures: readonly ArrayLike<number>[]): (value: number) => number {
  let [low, high] = [0, 1];
  for (const picture of pictures) {
    for (let i = 0; i < picture.length; i++) {
      if (!Number.isFinite(picture[i])) continue;
      low = Math.min(low, picture[i]);
      high = Math.max(high, picture[i]);
    }
  }
  return (value) => Math.round((255 * (value - low)) / (high - low));
}

/** The mean of each square of factor · factor pixels; what is left over at the edges is cut off. */
function smaller(picture: ArrayLike<number>, [h, w, channels]: readonly number[], factor: number) {
  if (factor === 1) return { values: picture, height: h, width: w };
  const [height, width] = [h, w].map((side) => Math.max(1, Math.floor(side / factor)));
  const values = new Float64Array(height * width * channels);
  for (let y = 0; y < Math.min(h, height * factor); y++) {
    for (let x = 0; x < Math.min(w, width * factor); x++) {
      const to = (Math.floor(y / factor) * width + Math.floor(x / factor)) * channels;
      for (let c = 0; c < channels; c++) values[to + c] += picture[(y * w + x) * channels + c];
    }
  }
  const pixels = Math.min(factor, h) * Math.min(factor, w);
  return { values: values.map((sum) => sum / pixels), height, width };
}

/** The numbers of some samples, one array each. */
export function samplesAt(set: SampleSet, indices: readonly number[]) {
  const all = set.take(indices);
  const size = all.length / Math.max(1, indices.length);
  return indices.map((_, k) => all.subarray(k * size, (k + 1) * size));
}
