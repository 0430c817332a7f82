import { RandomState } from '../core/random.js';
import { Canvas, type Colour, circle, clamp, mix, place } from './canvas.js';
import { type Dataset, type FileBytes, parseDataset } from './dataset.js';
import { type Part, writePictureFile } from './hdf5.js';
import { type PictureSet, pictureSize } from './pictureSet.js';
import { animals, between, others, type Thing } from './things.js';

const SIZE = 64;
const SHAPE = { height: SIZE, width: SIZE, channels: 3 };
const COUNTS: Record<Part, number> = { train: 209, test: 50 };

/** Indexed by label. */
const CLASSES = [
  { name: 'other', kinds: others },
  { name: 'animal', kinds: animals },
];

/**
 * A generated picture set for machines without the course's cat set: 209 training and 50 test pictures
 * of 64 x 64 pixels. Half show the face of a cat, a bear or a dog, half show another object.
 *
 * Each object is randomly lighter or darker than its background, so no single pixel indicates the
 * class: a deep network can learn the set, a linear model cannot. The same seed gives the same bytes
 * on every machine.
 */
export function drawEmbeddedSet(seed = 1): Record<Part, PictureSet> {
  const random = new RandomState(seed);
  return { train: drawSet(COUNTS.train, random), test: drawSet(COUNTS.test, random) };
}

/** The set for seed 1 in the form `loadDataset` returns: written to HDF5 and read back in memory. */
export async function embeddedDataset(): Promise<Dataset> {
  return parseDataset(NAME, await drawFiles());
}

const NAME = 'embedded';

/** The two files, by what they are for. */
export async function drawFiles(): Promise<Record<Part, FileBytes>> {
  const sets = drawEmbeddedSet();
  const file = async (part: Part) => ({
    path: `${part}_${NAME}.h5`,
    bytes: await writePictureFile(sets[part], part),
  });
  return { train: await file('train'), test: await file('test') };
}

/** Alternates between the classes, and between the kinds within a class, then shuffles. */
function drawSet(m: number, random: RandomState): PictureSet {
  const pictures = new Uint8Array(m * pictureSize(SHAPE));
  const labels = new Uint8Array(m);
  random.permutation(m).forEach((turn, i) => {
    const label = turn % CLASSES.length;
    const { kinds } = CLASSES[label];
    const thing = kinds[Math.floor(turn / CLASSES.length) % kinds.length];
    labels[i] = label;
    pictures.set(drawPicture(thing, random), i * pictureSize(SHAPE));
  });
  return { pictures, labels, m, ...SHAPE, classes: CLASSES.map(({ name }) => name) };
}

function drawPicture(thing: Thing, random: RandomState): Uint8Array {
  const canvas = new Canvas(SIZE);
  const away = random.uniform() < 0.5 ? 1 : -1; // a light object on a dark background, or the reverse
  const luma = (distance: number) => 0.5 + distance + between(random, -0.08, 0.08);

  paintGround(canvas, luma(-0.25 * away), random);
  const palette = {
    body: tint(luma(0.25 * away), random),
    second: tint(luma(random.uniform() < 0.5 ? 0.3 : -0.3), random),
    mark: tint(luma(-0.38 * away), random),
  };
  const at = {
    x: SIZE / 2 + between(random, -5, 5),
    y: SIZE / 2 + 2 + between(random, -5, 5),
    scale: between(random, 17, 24),
    turn: between(random, -0.2, 0.2), // up to 23 degrees either way
  };
  thing((shape, colour, brush) => canvas.fill(place(shape, at), colour, brush), palette, random);
  canvas.disturb(() => between(random, -0.03, 0.03));
  return canvas.toBytes();
}

/** A gradient between two colours, with blurred lights. */
function paintGround(canvas: Canvas, luma: number, random: RandomState): void {
  const from = tint(luma - 0.06, random);
  const to = tint(luma + 0.06, random);
  const dx = between(random, -1, 1) / SIZE;
  const dy = between(random, -1, 1) / SIZE;
  canvas.paint((x, y) => mix(from, to, clamp(0.5 + dx * (x - SIZE / 2) + dy * (y - SIZE / 2))));
  for (let i = 0; i < 6; i++) {
    const spot = circle(between(random, 0, SIZE), between(random, 0, SIZE), between(random, 4, 14));
    const colour = tint(luma + between(random, -0.2, 0.2), random);
    canvas.fill(spot, colour, { opacity: 0.5, edge: 3 });
  }
}

const HUES: readonly Colour[] = [
  [0.9, 0.3, 0.25],
  [0.95, 0.55, 0.2],
  [0.95, 0.8, 0.3],
  [0.5, 0.75, 0.35],
  [0.25, 0.65, 0.5],
  [0.3, 0.65, 0.8],
  [0.3, 0.45, 0.8],
  [0.55, 0.4, 0.75],
  [0.85, 0.45, 0.65],
  [0.6, 0.5, 0.4],
  [0.55, 0.55, 0.6],
];

/** A random hue, mixed with black or white to reach this luma. */
function tint(luma: number, random: RandomState): Colour {
  const hue = HUES[random.randint(0, HUES.length, 1)[0]];
  const own = 0.299 * hue[0] + 0.587 * hue[1] + 0.114 * hue[2];
  const wanted = clamp(luma);
  if (wanted < own) return mix([0, 0, 0], hue, wanted / own);
  return mix(hue, [1, 1, 1], (wanted - own) / (1 - own));
}
