import { cleared } from './canvas.js';
import type { Mark } from './costHistory.js';
import { tick as tickText } from './numbers.js';
import type { Palette } from './palette.js';

const margin = { left: 46, right: 10, top: 10, bottom: 24 };

/** Where a point of the curve lies, in pixels. */
interface Frame {
  readonly width: number;
  readonly height: number;
  readonly last: number;
  readonly ticks: readonly number[];
  x(iteration: number): number;
  y(J: number): number;
}

/** The cost over the iterations, on a linear scale or a logarithmic one. */
export function drawCosts(
  canvas: HTMLCanvasElement,
  marks: readonly Mark[],
  palette: Palette,
  isLog: boolean,
): void {
  const { context, width, height } = cleared(canvas);
  const finite = marks.filter(([, J]) => Number.isFinite(J) && (!isLog || J > 0));
  if (finite.length === 0) return;
  const frame = frameOf(width, height, finite, isLog);
  drawAxes(context, frame, palette);
  drawCurve(context, frame, palette, finite);
}

function frameOf(width: number, height: number, marks: readonly Mark[], isLog: boolean): Frame {
  const last = Math.max(1, marks.at(-1)![0]);
  const { ticks, low, high } = axis(
    marks.map(([, J]) => J),
    isLog,
  );
  const scaled = (J: number) => (isLog ? Math.log10(J) : J);
  return {
    width,
    height,
    last,
    ticks,
    x: (iteration) => margin.left + (iteration / last) * (width - margin.left - margin.right),
    y: (J) => {
      const share = (scaled(J) - scaled(low)) / (scaled(high) - scaled(low));
      return height - margin.bottom - share * (height - margin.top - margin.bottom);
    },
  };
}

function drawAxes(
  context: CanvasRenderingContext2D,
  { width, height, last, ticks, y }: Frame,
  palette: Palette,
): void {
  context.font = '12px system-ui, sans-serif';
  context.fillStyle = palette.quiet;
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const tick of ticks) {
    context.fillText(tickText(tick), margin.left - 6, y(tick));
    context.beginPath();
    context.moveTo(margin.left, y(tick));
    context.lineTo(width - margin.right, y(tick));
    context.stroke();
  }
  context.textBaseline = 'bottom';
  context.textAlign = 'left';
  context.fillText('0', margin.left, height);
  context.textAlign = 'right';
  context.fillText(last.toLocaleString('en'), width - margin.right, height);
}

function drawCurve(
  context: CanvasRenderingContext2D,
  { x, y }: Frame,
  palette: Palette,
  marks: readonly Mark[],
): void {
  context.strokeStyle = palette.forward;
  context.lineWidth = 2;
  context.lineJoin = 'round';
  context.beginPath();
  for (const [iteration, J] of marks) context.lineTo(x(iteration), y(J));
  context.stroke();
  const [iteration, J] = marks.at(-1)!;
  context.fillStyle = palette.forward;
  context.beginPath();
  context.arc(x(iteration), y(J), 3.5, 0, 2 * Math.PI);
  context.fill();
}

/** Where the axis begins and ends, and the round numbers on it. */
export function axis(costs: readonly number[], isLog: boolean) {
  const max = Math.max(...costs);
  if (isLog) {
    const low = 10 ** Math.floor(Math.log10(Math.min(...costs)));
    const high = 10 ** Math.ceil(Math.log10(max) + 1e-9);
    const decades = Math.round(Math.log10(high / low));
    const every = Math.ceil(decades / 5);
    const ticks = Array.from({ length: Math.floor(decades / every) + 1 }, (_, i) =>
      Number((low * 10 ** (i * every)).toPrecision(1)),
    );
    return { low, high, ticks };
  }
  const rough = max / 4 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((each) => each * power >= rough)! * power;
  const count = Math.max(1, Math.ceil(max / step - 1e-9));
  const ticks = Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(3)));
  return { low: 0, high: ticks.at(-1)!, ticks };
}
