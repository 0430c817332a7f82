// Taken out of Math once: inside a sandbox, such as that of a test, each look-up of a global is slow.
const { floor, max, min, sqrt } = Math;

/** Red, green and blue, each in [0, 1]. */
export type Colour = readonly [number, number, number];

/** The signed distance from a point to the edge of a shape: negative inside. */
export type Shape = (x: number, y: number) => number;

export interface Brush {
  /** 1 covers, 0 leaves what is there. */
  readonly opacity?: number;
  /** The width of the edge in pixels; 1 is sharp, more is blurred. */
  readonly edge?: number;
}

/**
 * A square canvas of size x size pixels. Shapes are filled with smooth edges: a pixel that the edge
 * crosses is covered in part, after its distance from it.
 *
 * Only + - * / and square roots are used, which IEEE 754 rounds in one way everywhere: the same
 * drawing has the same bytes on every machine. Rotations come from `turn`, without sin and cos.
 */
export class Canvas {
  private readonly values: Float64Array;

  constructor(readonly size: number) {
    this.values = new Float64Array(size * size * 3);
  }

  /** Gives every pixel the colour that `colourAt` has for its middle. */
  paint(colourAt: (x: number, y: number) => Colour): void {
    for (let y = 0, i = 0; y < this.size; y++) {
      for (let x = 0; x < this.size; x++) {
        for (const value of colourAt(x + 0.5, y + 0.5)) this.values[i++] = value;
      }
    }
  }

  /** Lays a colour over the inside of a shape. */
  fill(shape: Shape, colour: Colour, { opacity = 1, edge = 1 }: Brush = {}): void {
    const { size, values } = this;
    const reach = edge / 2;
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const distance = shape(x + 0.5, y + 0.5);
        if (distance >= reach) {
          x += floor(distance - reach); // no pixel nearer than that is touched
          continue;
        }
        const covered = opacity * clamp((reach - distance) / edge);
        const i = (y * size + x) * 3;
        for (let c = 0; c < 3; c++) values[i + c] += covered * (colour[c] - values[i + c]);
      }
    }
  }

  /** Changes every value by what `amount` gives, as noise does. */
  disturb(amount: () => number): void {
    for (let i = 0; i < this.values.length; i++) this.values[i] += amount();
  }

  /** R G B R G B … in bytes. */
  toBytes(): Uint8Array {
    return Uint8Array.from(this.values, (value) => floor(255 * clamp(value) + 0.5));
  }
}

/** Where a thing stands: its own coordinates, in units of its size, become pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
  /** Pixels in a unit. */
  readonly scale: number;
  /** The tangent of half the angle, clockwise: 0 is upright, 1 a quarter turn. */
  readonly turn: number;
}

/** A shape that is given in a thing's own coordinates, put where the thing stands. */
export function place(shape: Shape, at: Place): Shape {
  const t = at.turn;
  const cos = (1 - t * t) / (1 + t * t);
  const sin = (2 * t) / (1 + t * t);
  return (x, y) => {
    const dx = (x - at.x) / at.scale;
    const dy = (y - at.y) / at.scale;
    return at.scale * shape(cos * dx + sin * dy, cos * dy - sin * dx);
  };
}

export function circle(cx: number, cy: number, r: number): Shape {
  return (x, y) => length(x - cx, y - cy) - r;
}

/** The distance is right at the edge and close to right near it, which is all that a fill needs. */
export function ellipse(cx: number, cy: number, rx: number, ry: number): Shape {
  return (x, y) => {
    const dx = (x - cx) / rx;
    const dy = (y - cy) / ry;
    const k = length(dx, dy);
    return k === 0 ? -min(rx, ry) : (k * (k - 1)) / length(dx / rx, dy / ry);
  };
}

/** A convex polygon from its corners x, y, x, y …, grown by r with round corners. */
export function polygon(corners: readonly number[], r = 0): Shape {
  const n = corners.length / 2;
  const sides = Array.from({ length: n }, (_, i) => {
    const [ax, ay] = [corners[2 * i], corners[2 * i + 1]];
    const [bx, by] = [corners[2 * ((i + 1) % n)], corners[2 * ((i + 1) % n) + 1]];
    return { ax, ay, dx: bx - ax, dy: by - ay, line: stroke(ax, ay, bx, by, 0) };
  });
  return (x, y) => {
    let nearest = Number.POSITIVE_INFINITY;
    let left = 0; // the sides that have the point on their left: all or none where it is inside
    for (const { ax, ay, dx, dy, line } of sides) {
      nearest = min(nearest, line(x, y));
      if (dx * (y - ay) > dy * (x - ax)) left++;
    }
    return (left === 0 || left === n ? -nearest : nearest) - r;
  };
}

/** A line from a to b with round ends, r on either side. */
export function stroke(ax: number, ay: number, bx: number, by: number, r: number): Shape {
  const dx = bx - ax;
  const dy = by - ay;
  return (x, y) => {
    const along = clamp(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy));
    return length(x - ax - along * dx, y - ay - along * dy) - r;
  };
}

export function both(a: Shape, b: Shape): Shape {
  return (x, y) => max(a(x, y), b(x, y));
}

export function without(a: Shape, b: Shape): Shape {
  return (x, y) => max(a(x, y), -b(x, y));
}

/** a + t (b - a), for each of red, green and blue. */
export function mix(a: Colour, b: Colour, t: number): Colour {
  return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2])];
}

export function clamp(value: number): number {
  return min(max(value, 0), 1);
}

/** Math.hypot may differ in its last bit from one machine to another; this does not. */
function length(x: number, y: number): number {
  return sqrt(x * x + y * y);
}
