import { PictureDamage } from './pictureDamage.js';
import type { Picture } from './pictures.js';
import type { Png } from './pngChunks.js';
import type { Pass, TakeLine } from './pngLines.js';
import { type Reduction, reduced } from './reduction.js';

/** Takes the lines of a picture in any order, and has the picture in RGB over white when all are there. */
export interface Painter {
  readonly paint: TakeLine;
  picture(): Picture;
}

export function painter(png: Png, reduction: Reduction): Painter {
  const { width, height } = reduced(png.header, reduction);
  const shift = Math.log2(reduction);
  // Where a pixel is the mean of many: their sum.
  const sums =
    reduction === 1 ? new Uint8Array(width * height * 3) : new Uint32Array(width * height * 3);
  const colours = colourReader(png);
  const paint = (line: Uint8Array, { x, y, dx, dy, columns }: Pass, row: number) => {
    const rgb = colours(line, columns);
    const start = ((y + row * dy) >> shift) * width;
    for (let from = 0, column = x; from < 3 * columns; from += 3, column += dx) {
      const to = 3 * (start + (column >> shift));
      sums[to] += rgb[from];
      sums[to + 1] += rgb[from + 1];
      sums[to + 2] += rgb[from + 2];
    }
  };
  const picture = () => ({
    data: sums instanceof Uint8Array ? sums : means(sums, png.header, reduction),
    width,
    height,
  });
  return { paint, picture };
}

/** Each sum by the number of pixels in it: at the right and at the lower edge they may be fewer. */
function means(sums: Uint32Array, size: { width: number; height: number }, reduction: Reduction) {
  const { width, height } = reduced(size, reduction);
  const bytes = new Uint8Array(sums.length);
  for (let y = 0, i = 0; y < height; y++) {
    const rows = Math.min(reduction, size.height - y * reduction);
    for (let x = 0; x < width; x++) {
      const pixels = rows * Math.min(reduction, size.width - x * reduction);
      for (let c = 0; c < 3; c++, i++) bytes[i] = Math.round(sums[i] / pixels);
    }
  }
  return bytes;
}

/** R G B R G B … of a line, in an array that the next line takes again. */
type Colours = (line: Uint8Array, columns: number) => Uint8Array;

function colourReader(png: Png): Colours {
  const { width, depth, samples } = png.header;
  const values = new Uint16Array(width * samples);
  const rgb = new Uint8Array(3 * width);
  const fill = samples === 1 ? byTable(png) : bySamples(png);
  return (line, columns) => {
    unpack(line, depth, columns * samples, values);
    fill(values, columns, rgb);
    return rgb;
  };
}

/** The samples of a line, each a number of its own. */
function unpack(line: Uint8Array, depth: number, count: number, values: Uint16Array): void {
  if (depth === 8) values.set(line);
  else if (depth === 16) {
    for (let i = 0; i < count; i++) values[i] = (line[2 * i] << 8) | line[2 * i + 1];
  } else unpackBits(line, depth, count, values);
}

function unpackBits(line: Uint8Array, depth: number, count: number, values: Uint16Array): void {
  const mask = 2 ** depth - 1;
  for (let i = 0, at = 0, bits = 8; i < count; i++) {
    bits -= depth;
    values[i] = (line[at] >> bits) & mask;
    if (bits === 0) [at, bits] = [at + 1, 8];
  }
}

/** colour · alpha + white · (1 - alpha) */
const overWhite = (colour: number, alpha: number) =>
  Math.round(255 + ((colour - 255) * alpha) / 255);

type Fill = (values: Uint16Array, columns: number, rgb: Uint8Array) => void;

/** Grey or a palette: the colour of each value there can be. */
function byTable({ header, palette, transparency }: Png): Fill {
  const table =
    header.colourType === 3
      ? paletteTable(palette ?? new Uint8Array(0), transparency)
      : greyTable(header.depth, transparency);
  return (values, columns, rgb) => {
    for (let column = 0, to = 0; column < columns; column++, to += 3) {
      const at = 3 * values[column];
      if (at >= table.length) {
        throw new PictureDamage('damaged', `it has no colour ${values[column]} in its palette`);
      }
      rgb[to] = table[at];
      rgb[to + 1] = table[at + 1];
      rgb[to + 2] = table[at + 2];
    }
  };
}

function paletteTable(palette: Uint8Array, transparency?: Uint8Array): Uint8Array {
  const entries = Math.floor(palette.length / 3);
  return Uint8Array.from({ length: 3 * entries }, (_, i) =>
    overWhite(palette[i], transparency?.[Math.floor(i / 3)] ?? 255),
  );
}

function greyTable(depth: number, transparency?: Uint8Array): Uint8Array {
  const bytes = bytesOf(depth);
  const clear =
    transparency && transparency.length >= 2 ? (transparency[0] << 8) | transparency[1] : -1;
  return Uint8Array.from({ length: 3 * bytes.length }, (_, i) => {
    const value = Math.floor(i / 3);
    return value === clear ? 255 : bytes[value];
  });
}

/** Grey and alpha, RGB, RGB and alpha. */
function bySamples({ header: { samples, depth }, transparency }: Png): Fill {
  const bytes = bytesOf(depth);
  const hasAlpha = samples !== 3;
  const [green, blue] = samples === 2 ? [0, 0] : [1, 2]; // grey is all three
  // The one colour that is clear, in all the bits of its samples.
  const clear =
    transparency && transparency.length >= 6 && !hasAlpha
      ? [0, 2, 4].map((i) => (transparency[i] << 8) | transparency[i + 1])
      : undefined;
  return (values, columns, rgb) => {
    for (let column = 0, from = 0, to = 0; column < columns; column++, from += samples, to += 3) {
      const isClear = clear?.every((value, c) => value === values[from + c]);
      const alpha = isClear ? 0 : hasAlpha ? bytes[values[from + samples - 1]] : 255;
      rgb[to] = bytes[values[from]];
      rgb[to + 1] = bytes[values[from + green]];
      rgb[to + 2] = bytes[values[from + blue]];
      if (alpha < 255) for (let c = to; c < to + 3; c++) rgb[c] = overWhite(rgb[c], alpha);
    }
  };
}

/** Of each value of a sample, the nearest of 8 bits. */
function bytesOf(depth: number): Uint8Array {
  const max = 2 ** depth - 1;
  return Uint8Array.from({ length: max + 1 }, (_, value) => Math.round((value * 255) / max));
}
