const svg = 'http://www.w3.org/2000/svg';

function drawing(tag: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS(svg, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

const width = 320;
const height = 110;
const bottom = 92;
const top = 16;

/** The cost by iteration or epoch as a line from the first to the last, with both costs beside it. */
export function costCurve(
  points: readonly (readonly [number, number])[],
  unit: 'iteration' | 'epoch',
): SVGElement {
  const [x0, J0] = points[0];
  const [x1, J1] = points.at(-1)!;
  const max = Math.max(...points.map(([, J]) => J)) || 1;
  const x = (iteration: number) => (width * (iteration - x0)) / (x1 - x0 || 1);
  const y = (J: number) => bottom - ((bottom - top) * J) / max;
  const label = (text: string, at: number, down: number, anchor: 'start' | 'end') => {
    const made = drawing('text', { x: at, y: down, 'text-anchor': anchor });
    made.textContent = text;
    return made;
  };
  const curve = drawing('svg', {
    viewBox: `0 0 ${width} ${height}`,
    class: 'curve',
    role: 'img',
    'aria-label': `The cost falls from ${J0.toFixed(3)} at ${unit} ${x0} to ${J1.toFixed(3)} at ${unit} ${x1}.`,
  });
  curve.append(
    drawing('line', { x1: 0, x2: width, y1: bottom, y2: bottom }),
    drawing('polyline', { points: points.map(([i, J]) => `${x(i)},${y(J)}`).join(' ') }),
    label(J0.toFixed(3), 4, Math.max(12, y(J0) - 6), 'start'),
    label(J1.toFixed(3), width, y(J1) - 6, 'end'),
    label(String(x0), 0, height - 3, 'start'),
    label(`${unit} ${x1}`, width, height - 3, 'end'),
  );
  return curve;
}
