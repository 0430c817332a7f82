import type { RandomState } from '../core/random.js';
import {
  type Brush,
  both,
  type Colour,
  circle,
  ellipse,
  mix,
  polygon,
  type Shape,
  stroke,
  without,
} from './canvas.js';

/** What a thing is painted with. `mark` stands out from `body`, as eyes and windows do. */
export interface Palette {
  readonly body: Colour;
  readonly second: Colour;
  readonly mark: Colour;
}

/** Fills a shape that is given in a thing's own coordinates. */
export type Pen = (shape: Shape, colour: Colour, brush?: Brush) => void;

/** Draws itself about the point (0, 0), reaching 1 or so from it; y points down. */
export type Thing = (pen: Pen, palette: Palette, random: RandomState) => void;

const WHITE: Colour = [1, 1, 1];
const BLACK: Colour = [0, 0, 0];
const SIDES = [-1, 1]; // left, right

const cat: Thing = (pen, palette, random) => {
  const { body, second, mark } = palette;
  shadow(pen);
  for (const s of SIDES) {
    pen(polygon([s * 0.9, -0.3, s * 0.78, -1.2, s * 0.2, -0.75], 0.05), body);
    pen(polygon([s * 0.76, -0.5, s * 0.7, -1, s * 0.38, -0.74], 0.02), second);
  }
  face(pen, palette, random);
  for (const s of SIDES) {
    pen(stroke(s * 0.5, 0.34, s * 1.15, 0.2, 0.02), mark, { opacity: 0.7 });
    pen(stroke(s * 0.5, 0.44, s * 1.15, 0.48, 0.02), mark, { opacity: 0.7 });
  }
};

const bear: Thing = (pen, palette, random) => {
  shadow(pen);
  for (const s of SIDES) {
    pen(circle(s * 0.7, -0.72, 0.36), palette.body);
    pen(circle(s * 0.7, -0.72, 0.2), palette.second);
  }
  face(pen, palette, random);
};

const dog: Thing = (pen, palette, random) => {
  shadow(pen);
  face(pen, palette, random);
  const ear = mix(palette.body, palette.second, 0.6);
  for (const s of SIDES) pen(stroke(s * 0.82, -0.5, s * 1.05, 0.15, 0.24), ear);
};

/** A head with eyes, a muzzle, a nose and a mouth. */
function face(pen: Pen, { body, second, mark }: Palette, random: RandomState): void {
  const eyeX = between(random, 0.36, 0.44);
  const eyeY = between(random, -0.16, -0.06);
  const eyeR = between(random, 0.15, 0.2);

  pen(ellipse(0, 0, between(random, 0.95, 1.08), 0.88), body);
  light(pen, -0.1, -0.4, 0.6, 0.34);
  pen(ellipse(0, 0.4, 0.46, 0.34), mix(body, second, 0.75), { edge: 1.5 });
  for (const s of SIDES) {
    pen(ellipse(s * eyeX, eyeY, eyeR, 1.15 * eyeR), mark);
    pen(circle(s * eyeX + 0.05, eyeY - 0.06, 0.3 * eyeR), mix(mark, body, 0.85));
  }
  pen(polygon([-0.12, 0.22, 0.12, 0.22, 0, 0.33], 0.04), mark);
  pen(stroke(0, 0.33, 0, 0.5, 0.025), mark);
  for (const s of SIDES) {
    pen(stroke(0, 0.5, s * 0.1, 0.57, 0.025), mark);
    pen(stroke(s * 0.1, 0.57, s * 0.22, 0.5, 0.025), mark);
  }
}

const ball: Thing = (pen, { body, second }, random) => {
  const y = between(random, -0.25, 0.25);
  const r = between(random, 0.15, 0.3);
  shadow(pen);
  pen(circle(0, 0, 0.95), body);
  pen(both(circle(0, 0, 0.95), stroke(-2, y, 2, y, r)), second);
  light(pen, -0.3, -0.45, 0.4, 0.3);
};

const house: Thing = (pen, { body, second, mark }, random) => {
  const door = between(random, -0.4, 0.4);
  const window = door > 0 ? -0.36 : 0.36;
  shadow(pen);
  pen(rectangle(-0.75, -0.2, 0.75, 0.95), body);
  pen(polygon([-1, -0.2, 0, -1.05, 1, -0.2], 0.04), second);
  pen(rectangle(door - 0.15, 0.4, door + 0.15, 0.95), mark);
  pen(rectangle(window - 0.16, 0.05, window + 0.16, 0.37), mark);
};

const flower: Thing = (pen, { body, second, mark }) => {
  pen(stroke(0, 0, 0.1, 1.3, 0.07), second);
  pen(ellipse(0.4, 0.95, 0.32, 0.13), second);
  for (const [x, y] of PETALS) pen(circle(0.55 * x, 0.55 * y - 0.2, 0.36), body);
  pen(circle(0, -0.2, 0.3), mark);
};

/** Six directions, a sixth of a turn apart. */
const PETALS = [1, -1].flatMap((s) => [
  [s, 0],
  [s * 0.5, Math.sqrt(3) / 2],
  [s * 0.5, -Math.sqrt(3) / 2],
]);

const fir: Thing = (pen, { body, second }) => {
  shadow(pen);
  pen(stroke(0, 0.2, 0, 1, 0.12), second);
  for (const y of [0.5, 0, -0.5]) {
    const half = 0.8 + 0.2 * y;
    pen(polygon([-half, y + 0.1, 0, y - 0.6, half, y + 0.1], 0.04), body);
  }
};

const tree: Thing = (pen, { body, second }) => {
  shadow(pen);
  pen(stroke(0, 0.2, 0, 1, 0.12), second);
  for (const s of SIDES) pen(circle(s * 0.45, 0, 0.42), body);
  pen(circle(0, -0.45, 0.55), body);
  pen(circle(0, 0.1, 0.45), body);
  light(pen, -0.15, -0.6, 0.3, 0.22);
};

const car: Thing = (pen, { body, second, mark }) => {
  pen(polygon([-0.5, -0.45, 0.35, -0.45, 0.65, 0.05, -0.75, 0.05], 0.08), body);
  pen(polygon([-0.42, -0.36, -0.08, -0.36, -0.08, 0, -0.58, 0], 0.02), second);
  pen(polygon([0.05, -0.36, 0.3, -0.36, 0.5, 0, 0.05, 0], 0.02), second);
  pen(polygon([-1, 0.08, 1, 0.08, 1, 0.42, -1, 0.42], 0.1), body);
  for (const s of SIDES) {
    pen(circle(s * 0.58, 0.48, 0.26), mark);
    pen(circle(s * 0.58, 0.48, 0.11), second);
  }
};

const balloons: Thing = (pen, { body, second, mark }) => {
  for (const s of SIDES) {
    const [x, y] = [s * 0.5, s * 0.1 - 0.3];
    pen(stroke(x, y, 0, 1.2, 0.03), mark);
    pen(ellipse(x, y, 0.42, 0.52), s < 0 ? body : second);
    pen(ellipse(x - 0.14, y - 0.2, 0.1, 0.14), WHITE, { opacity: 0.5 });
  }
};

const cup: Thing = (pen, { body, second }, random) => {
  const y = between(random, -0.1, 0.3);
  shadow(pen);
  pen(without(circle(0.7, 0, 0.42), circle(0.7, 0, 0.24)), body);
  pen(polygon([-0.65, -0.65, 0.65, -0.65, 0.5, 0.7, -0.5, 0.7], 0.06), body);
  pen(ellipse(0, -0.66, 0.66, 0.16), second);
  pen(stroke(-0.52, y, 0.52, y, 0.09), second);
};

const mushroom: Thing = (pen, { body, second, mark }, random) => {
  shadow(pen);
  pen(polygon([-0.22, 0, 0.22, 0, 0.3, 0.9, -0.3, 0.9], 0.08), second);
  pen(both(ellipse(0, 0.1, 1, 0.95), rectangle(-2, -2, 2, 0.15)), body);
  for (const x of [-0.55, 0, 0.5]) {
    pen(circle(x, between(random, -0.5, -0.15), between(random, 0.1, 0.18)), mark);
  }
};

const fish: Thing = (pen, { body, second, mark }) => {
  pen(polygon([0.5, 0, 1.15, -0.5, 1.15, 0.5], 0.05), second);
  pen(polygon([-0.1, -0.4, 0.35, -0.85, 0.4, -0.3], 0.05), second);
  pen(ellipse(-0.1, 0, 0.85, 0.52), body);
  light(pen, -0.2, -0.2, 0.5, 0.16);
  pen(circle(-0.6, -0.1, 0.11), mark);
};

const hills: Thing = (pen, { body, second, mark }, random) => {
  pen(circle(between(random, -0.6, 0.6), -0.6, 0.35), mark);
  pen(polygon([-1.4, 1, -0.5, -0.5, 0.5, 1], 0.1), second);
  pen(polygon([-0.5, 1, 0.5, -0.2, 1.5, 1], 0.1), body);
};

const apple: Thing = (pen, { body, second, mark }) => {
  shadow(pen);
  for (const s of SIDES) pen(circle(s * 0.32, 0.1, 0.66), body);
  pen(stroke(-0.25, 0.45, 0.25, 0.45, 0.4), body);
  pen(stroke(0, -0.35, 0.12, -0.95, 0.06), mark);
  pen(ellipse(0.4, -0.78, 0.3, 0.15), second);
  light(pen, -0.35, -0.15, 0.3, 0.28);
};

const button: Thing = (pen, { body, second, mark }) => {
  shadow(pen);
  pen(circle(0, 0, 0.95), body);
  pen(without(circle(0, 0, 0.78), circle(0, 0, 0.7)), second);
  for (const x of SIDES) {
    for (const y of SIDES) pen(circle(0.24 * x, 0.24 * y, 0.12), mark);
  }
  light(pen, -0.3, -0.45, 0.4, 0.3);
};

export const animals: readonly Thing[] = [cat, bear, dog];

/** What has no face. Some have the parts of one: round bodies, dots in pairs, pointed tops. */
export const others: readonly Thing[] = [
  ball,
  house,
  flower,
  fir,
  tree,
  car,
  balloons,
  cup,
  mushroom,
  fish,
  hills,
  apple,
  button,
];

function rectangle(left: number, top: number, right: number, bottom: number): Shape {
  return polygon([left, top, right, top, right, bottom, left, bottom]);
}

function light(pen: Pen, x: number, y: number, rx: number, ry: number): void {
  pen(ellipse(x, y, rx, ry), WHITE, { opacity: 0.16, edge: 8 });
}

function shadow(pen: Pen): void {
  pen(ellipse(0.08, 1.02, 0.9, 0.2), BLACK, { opacity: 0.22, edge: 5 });
}

/** One draw from [low, high). */
export function between(random: RandomState, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}
