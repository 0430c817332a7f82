// A compiled step on each engine by its shape: what the limits in fittingBackend.ts and xla.ts were chosen
// by. Only where it is asked for: it compares nobody but us.

import { type Entrant, engine, oneThreadOfOurs, twoOperationsOfOurs } from './entrants.js';
import { assertAgreement, lineUp, load } from './lineUp.js';
import { threeDigits } from './report.js';
import { type Contestant, takeTurns } from './takeTurns.js';
import { draw, type Shape } from './task.js';
import { inFolder } from './taskFolder.js';
import { sideBySide } from './text.js';
import type { Measured, Stage, Workload } from './workload.js';

type Sizes = readonly number[];
const on = (m: number, sizes: Sizes, batchSize?: number): Shape => ({
  sizes,
  activations: sizes.slice(1).map((n, i) => {
    if (i + 2 < sizes.length) return 'relu';
    return n === 1 ? 'sigmoid' : 'softmax';
  }),
  m,
  batchSize,
  learningRate: 0.1 / sizes[0],
});
const deep = (L: number): Sizes => [...new Array(L).fill(32), 1];
const pictures = [784, 128, 64, 10];

/** By the multiply-adds of the largest product. */
const shapes: readonly Shape[] = [
  on(400, [2, 4, 1]),
  on(400, [8, 8, 1]),
  on(400, [16, 16, 1]),
  on(256, deep(8)),
  on(256, deep(32)),
  on(400, [32, 32, 1]),
  on(100, [1000, 20, 1]),
  on(1280, pictures, 32),
  on(1000, [64, 64, 32, 1]),
  on(1280, pictures, 64),
  on(1280, pictures, 256),
  on(209, [12288, 20, 7, 5, 1]),
  on(1280, [784, 512, 512, 10], 256),
];

const oneThread = ', one thread';
const withoutOneDnn: Entrant = {
  ...engine('graph'),
  name: 'graph without oneDNN',
  env: { TF_ENABLE_ONEDNN_OPTS: '0' },
};
const entrants: readonly Entrant[] = [
  ...['graph', 'xla'].flatMap((name) => [
    engine(name),
    { ...engine(name), name: `${name}${oneThread}`, env: oneThreadOfOurs },
  ]),
  { ...engine('parts'), name: 'graph, two parts', env: twoOperationsOfOurs },
  withoutOneDnn,
  engine('wasm'),
];
const columns = entrants.map(({ name }) => name);

const titleOf = ({ sizes, m, batchSize }: Shape) => {
  const layers = sizes.length > 5 ? `${sizes.length - 1} layers of ${sizes[0]}` : sizes.join('-');
  return `${layers}, ${batchSize ? `batches of ${batchSize}` : `${m} samples`}`;
};

/** Short turns, because there are many rows. */
const turnMs = 150;

type Row = Measured & { readonly starts: Readonly<Record<string, number>> };

async function measureShape(shape: Shape, stage: Stage): Promise<Row> {
  const title = titleOf(shape);
  const name = `engines: ${title}`;
  stage.say(name);
  const starts: Record<string, number> = {};
  const timings = await inFolder(draw(shape, { gain: Math.SQRT2 }), (folder) =>
    lineUp(entrants, stage, async (processes) => {
      const contestants: Record<string, Contestant> = {};
      const ready: (typeof processes)[number][] = [];
      for (const process of await load(folder, processes, stage)) {
        const before = performance.now();
        const answer = await process.ask('start', {});
        if ('refused' in answer) continue;
        starts[process.name] = (performance.now() - before) / 1000;
        const run = async (iterations: number) => (await process.ask('run', { iterations })).ms;
        contestants[process.name] = { atOnce: answer.atOnce, run };
        ready.push(process);
      }
      await assertAgreement(name, shape, ready, stage);
      return takeTurns(contestants, stage.rounds, turnMs);
    }),
  );
  return { name, title, timings, starts };
}

/** The fastest rounds: what else the machine does only takes time. */
function table(rows: readonly Row[]): string {
  const micros = ({ timings }: Row, name: string) =>
    name in timings ? threeDigits(1000 * timings[name].spread[0]) : '';
  const seconds = ({ starts }: Row, name: string) =>
    name in starts ? threeDigits(starts[name]) : '';
  const body = (cell: typeof micros) =>
    rows.map((row) => [row.title, ...columns.map((name) => cell(row, name))]);
  return [
    ...sideBySide([['µs a step', ...columns], ...body(micros)]),
    '',
    ...sideBySide([['start, s', ...columns], ...body(seconds)]),
  ].join('\n');
}

export const engines: Workload = {
  isAsked: true,
  measure: async (stage) => {
    const rows: Row[] = [];
    for (const shape of shapes) rows.push(await measureShape(shape, stage));
    stage.say(`The fastest rounds:\n\n${table(rows)}\n`);
    return rows;
  },
  ratios: () => [],
};
