import type { PlanarSet } from '../../src/data/planar.js';
import type { Numbers, Square } from './experiment.js';
import type { Palette } from './palette.js';
import { paintRegions } from './regions.js';

/** Pixels of the regions; the browser stretches them over the plane, smoothly. */
const width = 200;

/** The plane with its regions, and the samples over it. One of them is picked by pointer. */
export class Plane {
  private readonly regions: HTMLCanvasElement;
  private readonly points: HTMLCanvasElement;
  private readonly ring: HTMLElement;
  private readonly image = new ImageData(width, width);
  private readonly pixels = new Uint32Array(this.image.data.buffer);
  private set?: PlanarSet;
  private square: Square = { left: -1, bottom: -1, width: 2 };

  constructor(
    readonly element: HTMLElement,
    private palette: Palette,
    picked: (sample: number) => void,
  ) {
    const [regions, points] = element.querySelectorAll('canvas');
    this.regions = regions;
    this.points = points;
    this.ring = element.querySelector('.picked')!;
    regions.width = width;
    regions.height = width;
    const pick = ({ clientX, clientY }: PointerEvent) => {
      const sample = this.nearest(clientX, clientY);
      if (sample !== undefined) picked(sample);
    };
    element.addEventListener('pointermove', pick);
    element.addEventListener('pointerdown', pick);
    new ResizeObserver(() => this.drawPoints()).observe(element);
  }

  show(set: PlanarSet, square: Square): void {
    this.set = set;
    this.square = square;
    this.drawPoints();
  }

  recolour(palette: Palette): void {
    this.palette = palette;
    this.drawPoints();
  }

  /** Where the network decides for which class: Z[L] (n_y, points) of the grid. */
  drawRegions(Z: Numbers): void {
    paintRegions(Z, this.pixels, width, this.palette.shades);
    this.regions.getContext('2d')!.putImageData(this.image, 0, 0);
  }

  pick(sample: number): void {
    const { x, y } = this.placeOf(sample);
    Object.assign(this.ring.style, { left: `${100 * x}%`, top: `${100 * y}%` });
  }

  private drawPoints(): void {
    if (!this.set) return;
    const { m, labels } = this.set;
    const size = this.element.clientWidth;
    const scale = window.devicePixelRatio;
    this.points.width = this.points.height = Math.round(size * scale);
    const context = this.points.getContext('2d')!;
    context.scale(scale, scale);
    const radius = Math.min(4, Math.max(2.2, (size / 110) * Math.sqrt(400 / m)));
    context.lineWidth = 1;
    context.strokeStyle = this.palette.back;
    for (let i = 0; i < m; i++) {
      const { x, y } = this.placeOf(i);
      context.beginPath();
      context.arc(x * size, y * size, radius, 0, 2 * Math.PI);
      context.fillStyle = this.palette.series[labels[i]];
      context.fill();
      context.stroke();
    }
  }

  /** From 0 to 1, from the left and from above. */
  private placeOf(sample: number) {
    const { X, m } = this.set!;
    const { left, bottom, width } = this.square;
    return { x: (X[sample] - left) / width, y: 1 - (X[m + sample] - bottom) / width };
  }

  /** The sample under a point of the window, if one is near. */
  private nearest(clientX: number, clientY: number): number | undefined {
    const box = this.element.getBoundingClientRect();
    const at = { x: (clientX - box.left) / box.width, y: (clientY - box.top) / box.height };
    let best: number | undefined;
    let min = 0.05;
    for (let i = 0; i < (this.set?.m ?? 0); i++) {
      const { x, y } = this.placeOf(i);
      const distance = Math.hypot(x - at.x, y - at.y);
      if (distance < min) {
        min = distance;
        best = i;
      }
    }
    return best;
  }
}
