import type { ResizeBilinearAttrs, ResizeNearestNeighborAttrs } from '@tensorflow/tfjs-core';
import { type Kernels, type NdArray, zeros } from './array.js';

/* Pictures (m, n_H, n_W, n_C) of another size: each pixel is a weighted sum of pixels, its taps. */

interface Tap {
  readonly from: number;
  readonly weight: number;
}

type Attrs = ResizeBilinearAttrs;

/** The taps of each place of an axis that goes from `size` places to `count`. */
type Taps = (size: number, count: number, attrs: Omit<Attrs, 'size'>) => Tap[][];

/** How far apart the places lie, measured in those of the input. */
const stepOf = (size: number, count: number, alignCorners: boolean) =>
  alignCorners && count > 1 ? (size - 1) / (count - 1) : size / count;

const nearest: Taps = (size, count, { alignCorners, halfPixelCenters }) => {
  const step = stepOf(size, count, alignCorners);
  const round = alignCorners ? Math.round : Math.floor;
  return Array.from({ length: count }, (_, i) => {
    const from = round(step * (halfPixelCenters ? i + 0.5 : i));
    return [{ from: Math.min(from, size - 1), weight: 1 }];
  });
};

const bilinear: Taps = (size, count, { alignCorners, halfPixelCenters }) => {
  const step = stepOf(size, count, alignCorners);
  return Array.from({ length: count }, (_, i) => {
    const at = halfPixelCenters ? step * (i + 0.5) - 0.5 : step * i;
    const within = Math.min(Math.max(at, 0), size - 1);
    const from = Math.floor(within);
    const rest = within - from;
    return [
      { from, weight: 1 - rest },
      { from: from + 1, weight: rest },
    ].filter(({ weight }) => weight > 0);
  });
};

/** Where the channels of a pixel of the input and of the output begin, for each tap. */
function eachTap(
  taps: Taps,
  [m, height, width, channels]: number[],
  attrs: Attrs,
  visit: (from: number, to: number, weight: number, channels: number) => void,
): void {
  const rows = taps(height, attrs.size[0], attrs);
  const columns = taps(width, attrs.size[1], attrs);
  let to = 0;
  for (let n = 0; n < m; n++) {
    for (const row of rows) {
      for (const column of columns) {
        for (const { from: i, weight: v } of row) {
          for (const { from: j, weight: w } of column) {
            visit(((n * height + i) * width + j) * channels, to, v * w, channels);
          }
        }
        to += channels;
      }
    }
  }
}

function resize(taps: Taps, images: NdArray, attrs: Attrs): NdArray {
  const [m, , , channels] = images.shape;
  const out = zeros([m, ...attrs.size, channels], taps === nearest ? images.dtype : 'float32');
  eachTap(taps, images.shape, attrs, (from, to, weight, count) => {
    for (let c = 0; c < count; c++) out.values[to + c] += weight * images.values[from + c];
  });
  return out;
}

/** dy goes back along each tap. */
function resizeGrad(taps: Taps, images: NdArray, dy: NdArray, attrs: Attrs): NdArray {
  const out = zeros(images.shape, 'float32');
  eachTap(taps, images.shape, attrs, (from, to, weight, count) => {
    for (let c = 0; c < count; c++) out.values[from + c] += weight * dy.values[to + c];
  });
  return out;
}

export const resizing = {
  ResizeNearestNeighbor: ({ images }, attrs: ResizeNearestNeighborAttrs) =>
    resize(nearest, images, attrs),
  ResizeNearestNeighborGrad: ({ images, dy }, attrs: ResizeNearestNeighborAttrs) =>
    resizeGrad(nearest, images, dy, attrs),
  ResizeBilinear: ({ images }, attrs: ResizeBilinearAttrs) => resize(bilinear, images, attrs),
  ResizeBilinearGrad: ({ images, dy }, attrs: ResizeBilinearAttrs) =>
    resizeGrad(bilinear, images, dy, attrs),
} satisfies Kernels;
