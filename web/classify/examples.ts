import { RandomState } from '../../src/core/random.js';
import { Canvas, type Colour, circle, mix, place } from '../../src/data/canvas.js';
import type { Picture } from '../../src/data/pictures.js';
import { animals, others, type Palette, type Thing } from '../../src/data/things.js';

/*
 * Pictures to begin with, drawn by handgrad: nobody else's photographs. A network that learned from
 * photographs is easily fooled by them, which is worth seeing too.
 */

export interface Example {
  /** How its button is called. */
  readonly name: string;
  draw(): Picture;
}

const size = 128;

const [cat] = animals;
const [, house, flower] = others;

const blackCat: Palette = {
  body: [0.16, 0.15, 0.17],
  second: [0.45, 0.35, 0.36],
  mark: [0.95, 0.8, 0.3],
};
const redRoof: Palette = {
  body: [0.95, 0.9, 0.8],
  second: [0.72, 0.25, 0.2],
  mark: [0.35, 0.24, 0.2],
};
const pink: Palette = {
  body: [0.85, 0.35, 0.5],
  second: [0.35, 0.55, 0.3],
  mark: [0.98, 0.8, 0.3],
};

const sand: Colour = [0.93, 0.9, 0.82];
const grass: Colour = [0.45, 0.6, 0.4];
const sky: Colour = [0.72, 0.8, 0.86];

export const examples: readonly Example[] = [
  { name: 'a cat', draw: () => drawn(cat, blackCat, sand) },
  { name: 'the same cat on green', draw: () => drawn(cat, blackCat, grass) },
  { name: 'a flower', draw: () => drawn(flower, pink, sky) },
  { name: 'a house', draw: () => drawn(house, redRoof, sky) },
];

function drawn(thing: Thing, palette: Palette, ground: Colour): Picture {
  const canvas = new Canvas(size);
  const darker = mix(ground, [0, 0, 0], 0.15);
  canvas.paint((_, y) => mix(ground, darker, y / size));
  canvas.fill(circle(0.2 * size, 0.2 * size, 0.3 * size), [1, 1, 1], { opacity: 0.2, edge: 40 });
  const at = { x: size / 2, y: 0.53 * size, scale: 0.34 * size, turn: 0 };
  const pen: Parameters<Thing>[0] = (shape, colour, brush) =>
    canvas.fill(place(shape, at), colour, brush);
  thing(pen, palette, new RandomState(7));
  return { data: canvas.toBytes(), width: size, height: size };
}
