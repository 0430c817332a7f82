import { denseLayersOf } from '../../src/core/layers/dense.js';
import type { Network } from '../../src/core/network.js';
import type { Params } from '../../src/core/tensors.js';
import { cleared } from './canvas.js';
import type { Numbers, Square } from './experiment.js';
import type { Palette } from './palette.js';
import { paintUnit } from './regions.js';

/** More units than these of a layer are counted, not drawn. */
const max = 8;

/** The network as it is: each unit with what it gives over the plane, each edge with its weight. */
export interface Picture {
  readonly network: Network;
  readonly weights: readonly Numbers[];
  /** A[l] over a small grid, of the hidden layers, and Z[L]. */
  readonly units: readonly Numbers[];
  readonly side: number;
  readonly selected: number;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Where each unit that is drawn stands, layer by layer from the inputs on, and how large. */
export function placesOf(counts: readonly number[], width: number, height: number) {
  const shown = counts.map((count) => Math.min(count, max));
  const column = width / counts.length;
  const size = Math.min(40, 0.62 * column, (0.84 * height) / Math.max(...shown));
  const gap = Math.min(size * 1.35, height / Math.max(...shown));
  const places = shown.map((count, l) =>
    Array.from(
      { length: count },
      (_, unit): Place => ({
        x: (l + 0.5) * column,
        y: height / 2 + (unit - (count - 1) / 2) * gap,
      }),
    ),
  );
  return { places, size, column };
}

/** Draws it on a canvas; the layers' names stand under it, in the page. */
export class Diagram {
  private readonly small = document.createElement('canvas');
  private image = new ImageData(1, 1);

  constructor(private readonly canvas: HTMLCanvasElement) {}

  draw({ network, weights, units, side, selected }: Picture, palette: Palette): void {
    const { context, width, height } = cleared(this.canvas);
    const counts = [network.nX, ...denseLayersOf(network.layers).map(({ units }) => units)];
    const { places, size, column } = placesOf(counts, width, height);

    context.fillStyle = palette.code;
    context.beginPath();
    context.roundRect(selected * column, 0, column, height, 8);
    context.fill();

    weights.forEach((W, l) => {
      context.globalAlpha = l + 1 === selected ? 1 : 0.45;
      drawEdges(context, W, places[l], places[l + 1], size, palette);
    });
    context.globalAlpha = 1;

    places.forEach((layer, l) => {
      layer.forEach(({ x, y }, unit) => {
        this.paint(units[l], unit, side, palette);
        const [left, top] = [x - size / 2, y - size / 2];
        context.save();
        context.beginPath();
        context.roundRect(left, top, size, size, 5);
        context.clip();
        context.drawImage(this.small, left, top, size, size);
        context.restore();
        context.strokeStyle = l === selected ? palette.text : palette.quiet;
        context.lineWidth = l === selected ? 1.5 : 1;
        context.stroke();
      });
      if (counts[l] > max) {
        context.fillStyle = palette.quiet;
        context.font = '12px system-ui, sans-serif';
        context.textAlign = 'center';
        context.fillText(`+ ${counts[l] - max}`, (l + 0.5) * column, height - 3);
      }
    });
  }

  private paint(A: Numbers, unit: number, side: number, palette: Palette): void {
    if (this.small.width !== side) {
      Object.assign(this.small, { width: side, height: side });
      this.image = new ImageData(side, side);
    }
    const pixels = new Uint32Array(this.image.data.buffer);
    paintUnit(A, unit, pixels, [palette.shades[0], palette.shades[1]]);
    this.small.getContext('2d')!.putImageData(this.image, 0, 0);
  }
}

/** An edge for each weight, from right of a unit to left of one in the next layer. */
function drawEdges(
  context: CanvasRenderingContext2D,
  { values, shape }: Numbers,
  before: readonly Place[],
  after: readonly Place[],
  size: number,
  palette: Palette,
): void {
  const largest = values.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-12);
  after.forEach((to, i) => {
    before.forEach((from, j) => {
      const w = values[i * shape[1] + j];
      context.strokeStyle = palette.series[w > 0 ? 1 : 0];
      context.lineWidth = 0.4 + (4 * Math.abs(w)) / largest;
      const [start, end] = [from.x + size / 2, to.x - size / 2];
      context.beginPath();
      context.moveTo(start, from.y);
      const middle = (start + end) / 2;
      context.bezierCurveTo(middle, from.y, middle, to.y, end, to.y);
      context.stroke();
    });
  });
}

/** x₁ and x₂ over the grid, as what the inputs give: (2, side²). */
export function inputsOver({ left, bottom, width }: Square, side: number): Numbers {
  const values = new Float32Array(2 * side * side);
  for (let i = 0; i < side * side; i++) {
    values[i] = left + ((i % side) / (side - 1)) * width;
    values[side * side + i] = bottom + (Math.floor(i / side) / (side - 1)) * width;
  }
  return { values, shape: [2, side * side] };
}

/** W[1] … W[L], read back. */
export async function readWeights(network: Network, params: Params): Promise<Numbers[]> {
  return Promise.all(
    network.layers.map(async (_, i) => {
      const W = params[`W${i + 1}`];
      const { shape } = W;
      return { values: await W.data<'float32'>(), shape: shape as [number, number] };
    }),
  );
}
