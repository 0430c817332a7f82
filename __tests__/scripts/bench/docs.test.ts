import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { inShort, inWords, writeDocs } from '../../../scripts/bench/docs.js';
import { axisNames } from '../../../scripts/bench/growth.js';
import { timing } from '../../../scripts/bench/takeTurns.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';

const folder = temporaryFolder();

test('a crossing in words', () => {
  const crossing = [
    { from: 10, faster: 'ours' },
    { from: 625.4, faster: 'theirs' },
  ] as const;
  expect(inWords('ours compiled', 'm', crossing)).toBe(
    'Between ours compiled and PyTorch, ours compiled is faster from m = 10, PyTorch from about m = 625.',
  );
  expect(inWords('ours compiled', 'm', crossing.slice(1))).toContain(
    'PyTorch is faster everywhere',
  );
});

test('in short: where we win, the most first, and where we lose', () => {
  const ratios = [
    { name: 'mnist: ours compiled / JAX', value: 1.6 },
    { name: 'planar: ours compiled / JAX', value: 0.8 },
    { name: 'sklearn digits: ours / scikit-learn', value: 0.25 },
    { name: 'what nobody asks for', value: 9 },
  ];
  expect(inShort(ratios)).toMatch(
    /^handgrad is faster:\n\n- 4 times as fast as scikit-learn on .*\n- 1\.25 times as fast as JAX on .*\n\nIt takes longer:\n\n- 1\.6 times as long as JAX on .*$/,
  );
  expect(inShort(ratios.slice(0, 1))).toMatch(/^It takes longer:/);
  expect(inShort(ratios.slice(1))).not.toMatch(/longer/);
});

test('the page has every workload, and the plots their colours for light and dark', async () => {
  const points = axisNames.flatMap((axis) =>
    [10, 100].map((x) => ({
      name: `growth ${axis} ${x}`,
      title: `${axis} = ${x}`,
      timings: { 'ours compiled wasm': timing([x / 10]), PyTorch: timing([4]) },
      point: { axis, x, work: x },
    })),
  );
  const whole = { name: 'w', title: 'The workload', timings: { numpy: timing([1.5]) } };
  const ratios = [{ name: 'w: a / b', value: 0.06, target: 0.1 }];
  const report = { measured: [whole, ...points], ratios, machine: 'a machine', versions: {} };
  const files = await writeDocs(report, folder);
  expect(files).toEqual(['performance.md', ...axisNames.map((axis) => `performance/${axis}.svg`)]);
  const page = readFileSync(join(folder, 'performance.md'), 'utf8');
  expect(page).toContain('| w: a / b | 0.06 | 0.1 | reached |');
  expect(page).toContain('| numpy | 1.5 ms |');
  // ours is x / 10, theirs 4: at 40
  expect(page).toMatch(/PyTorch from about \w+ = 40\./);
  for (const axis of axisNames) {
    const svg = readFileSync(join(folder, `performance/${axis}.svg`), 'utf8');
    const [, light, dark] = svg.match(/<style>:root\{(.*?)\}@media\(.*?dark\)\{:root\{(.*?)\}\}/)!;
    for (const [, name] of svg.matchAll(/var\((--[\w-]+)\)/g)) {
      for (const theme of [light, dark]) expect(theme).toMatch(new RegExp(`${name}:#[0-9a-f]{6}`));
    }
  }
});
