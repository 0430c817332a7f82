import type { Numbers } from './experiment.js';
import { levels } from './palette.js';

/**
 * Paints the numbers at the points of a square grid, row by row from below, as pixels of a picture from
 * above: each pixel in a shade of the class that wins there, the stronger the surer. Z holds the last
 * layer's Z (n_y, points): one row for two classes, whose border is 0, else a row for each class.
 */
export function paintRegions(
  Z: Numbers,
  pixels: Uint32Array,
  width: number,
  shades: readonly Uint32Array[],
): void {
  const [classes, points] = Z.shape;
  const side = Math.sqrt(points);
  const { corner, share } = placesOf(width, side);
  const { values } = Z;
  const line = new Float32Array(classes * side); // Z between two rows of the grid
  for (let row = 0; row < width; row++) {
    const below = corner[width - 1 - row] * side;
    const up = share[width - 1 - row];
    for (let k = 0; k < classes; k++) {
      for (let c = 0; c < side; c++) {
        const i = k * points + below + c;
        line[k * side + c] = values[i] + up * (values[i + side] - values[i]);
      }
    }
    for (let column = 0; column < width; column++) {
      const right = share[column];
      let best = 0;
      let first = Number.NEGATIVE_INFINITY;
      let second = Number.NEGATIVE_INFINITY;
      for (let at = corner[column], k = 0; k < classes; k++, at += side) {
        const z = line[at] + right * (line[at + 1] - line[at]);
        if (z > first || classes === 1) {
          second = first;
          first = z;
          best = k;
        } else if (z > second) second = z;
      }
      const lead = classes === 1 ? Math.abs(first) : first - second;
      if (classes === 1) best = first > 0 ? 1 : 0;
      pixels[row * width + column] = shades[best % shades.length][shadeOf(lead)];
    }
  }
}

/** Behind this lead nothing gets surer that could be seen. */
const sure = 8;
const steps = 1024;
/** 2σ(z) - 1 from 0 to 1, as the number of a shade, for z from 0 to `sure`. */
const shadeOfStep = Uint8Array.from({ length: steps }, (_, i) =>
  Math.floor(levels * Math.tanh((sure * i) / steps / 2)),
);

/** The shade of a lead; what is no number is as unsure as can be. */
const shadeOf = (lead: number): number =>
  lead < sure ? shadeOfStep[(lead * (steps / sure)) | 0] : lead >= sure ? levels - 1 : 0;

/** For each pixel the grid point before it, and how far it lies on the way to the next. */
function placesOf(width: number, side: number): Places {
  const key = width * 1000 + side;
  let places = known.get(key);
  if (!places) {
    const at = Array.from({ length: width }, (_, i) => (i / (width - 1)) * (side - 1));
    const corner = Int32Array.from(at, (x) => Math.min(side - 2, Math.floor(x)));
    places = { corner, share: Float64Array.from(at, (x, i) => x - corner[i]) };
    known.set(key, places);
  }
  return places;
}

interface Places {
  readonly corner: Int32Array;
  readonly share: Float64Array;
}
const known = new Map<number, Places>();

/** The same for a unit of a hidden layer, A (n_l, points): low in the first colour, high in the second. */
export function paintUnit(
  A: Numbers,
  unit: number,
  pixels: Uint32Array,
  [low, high]: readonly Uint32Array[],
): void {
  const points = A.shape[1];
  const side = Math.sqrt(points);
  const row = A.values.subarray(unit * points, (unit + 1) * points);
  let max = 1e-9;
  for (const a of row) max = Math.max(max, Math.abs(a));
  for (let i = 0; i < points; i++) {
    const a = row[i] / max;
    const shade = Math.min(levels - 1, Math.floor(Math.abs(a) * levels)) || 0;
    const pixel = (side - 1 - Math.floor(i / side)) * side + (i % side);
    pixels[pixel] = (a > 0 ? high : low)[shade];
  }
}
