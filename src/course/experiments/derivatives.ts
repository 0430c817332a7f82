import * as report from '../blocks.js';
import type { Experiment } from '../experiment.js';
import { nudge } from '../nudge.js';

interface Example {
  readonly name: string;
  readonly f: (a: number) => number;
  /** f′(2) */
  readonly slope: number;
}

const at = 2;
const examples: readonly Example[] = [
  { name: '3a', f: (a) => 3 * a, slope: 3 },
  { name: 'a²', f: (a) => a ** 2, slope: 4 },
  { name: 'a³', f: (a) => a ** 3, slope: 12 },
  { name: 'log a', f: Math.log, slope: 1 / 2 },
];

/** h from 1 to 10⁻¹⁵, two to a decade. */
const steps = Array.from({ length: 31 }, (_, i) => 10 ** (-i / 2));

export const derivatives: Experiment = {
  name: 'derivatives',
  note: '004',
  title: 'A derivative by nudging',
  text: [
    'Nudge a by 0.001 and look how far f moves: the ratio is the slope, nearly. Of a line it is the same everywhere; of a² it is 2a.',
    'The error falls with h only as long as rounding lets it: the difference of two nearly equal numbers keeps few digits, and what is lost is divided by h. From one side the best h is about 10⁻⁸; the four-point differences of the gradient check, with h = 3·10⁻⁴, reach three to four digits more.',
  ],
  equations: [
    String.raw`f'(a) \approx \frac{f(a + h) - f(a)}{h}, \quad \text{off by } \tfrac{h}{2} f''(a) + \frac{\varepsilon f(a)}{h}`,
    String.raw`f'(a) \approx \frac{8 (f(a + h) - f(a - h)) - (f(a + 2h) - f(a - 2h))}{12 h}`,
  ],
  code: [{ file: 'course/nudge.ts', names: ['nudge'] }],
  run: async () => {
    const nudged = Object.fromEntries(examples.map(({ name, f }) => [name, nudge(f, at)]));
    const cube = examples[2];
    const errors = (slope: (h: number) => number) =>
      steps
        .map((h): [number, number] => [h, Math.abs(slope(h) - cube.slope)])
        .filter(([, error]) => error > 0);
    const oneSided = errors((h) => nudge(cube.f, at, h));
    const fourPoint = errors((h) => fourPoints(Math.exp, at, h) - Math.exp(at) + cube.slope);
    const best = oneSided.reduce((a, b) => (b[1] < a[1] ? b : a));
    return {
      found: { nudged, bestStep: Math.log10(best[0]) },
      expected: {
        // What mathematics gives for h = 0.001: 3, 2a + h, 3a² + 3ah + h², log(1 + h/a) / h.
        nudged: {
          value: { '3a': 3, 'a²': 4.001, 'a³': 12.006001, 'log a': 0.499875041651 },
          within: 1e-11,
        },
        bestStep: { value: -8, within: 1.5 },
      },
      blocks: [
        report.table({
          caption: 'The slope at a = 2, by nudging a by 0.001',
          columns: ['f(a)', 'f(2)', 'f(2.001)', 'slope by nudging', 'slope'],
          rows: examples.map(({ name, f, slope }) => [
            name,
            f(at).toFixed(6),
            f(at + 0.001).toFixed(6),
            nudged[name].toFixed(6),
            String(slope),
          ]),
          numeric: [false, true, true, true, true],
        }),
        report.lineChart({
          title: 'How far off the slope is',
          alt: 'From one side the error falls with h to about ten to the minus eight, then rises; with four points it falls much faster, and rises from a larger h on.',
          x: { title: 'h', log: true },
          y: { title: 'error', log: true },
          series: [
            { name: 'one side, a³', points: oneSided },
            { name: 'four points, eᵃ', points: fourPoint },
          ],
        }),
      ],
    };
  },
};

const fourPoints = (f: (x: number) => number, x: number, h: number) =>
  (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h);
