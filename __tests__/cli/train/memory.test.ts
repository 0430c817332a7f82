import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, expect, test } from '@jest/globals';
import { encodePng } from '../../../src/data/encodePng.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { handgrad } from '../handgrad.js';

/*
 * Pictures are decoded to a file and trained on piece by piece: however many there are, a run takes
 * less than 1 GiB. As floats of 120x120 these take 1 GiB by themselves, and would lie there several times.
 */

const here = temporaryFolder();
const pictures = join(here, 'pictures');
const wrapper = join(here, 'peak.mjs');
const [side, count] = [32, 6000];

beforeAll(() => {
  for (const [k, name] of ['dark', 'light'].entries()) {
    mkdirSync(join(pictures, name), { recursive: true });
    for (let i = 0; i < count / 2; i++) {
      const data = Uint8Array.from(
        { length: side * side * 3 },
        (_, j) => 60 * k + (((i * 7919 + j * (1 + (i % 97))) >> 3) % 180),
      );
      const path = join(pictures, name, `${i}.png`);
      writeFileSync(path, encodePng({ data, width: side, height: side }));
    }
  }
  const peak = 'process.resourceUsage().maxRSS';
  writeFileSync(wrapper, `process.on('exit', () => console.error('peak', ${peak}));`);
});

test.each([
  ['dense', ['--size', '120', '--network', 'dense', '--layers', '8']],
  ['convolutional', ['--size', '64', '--network', 'conv']],
])(
  `${count} pictures, a %s network: an epoch below 1 GiB`,
  async (_name, network) => {
    const args = ['--data', pictures, ...network];
    const ended = await handgrad(
      ['train', ...args, '--epochs', '1', '--save', join(here, 'model'), '--no-check', '--json'],
      {
        env: {
          HANDGRAD_CACHE: join(here, 'cache'),
          NODE_OPTIONS: `--import=${pathToFileURL(wrapper).href}`,
        },
      },
    );
    expect(ended.code).toBe(0);
    const kibibytes = Number(/^peak (\d+)$/m.exec(ended.stderr)![1]);
    expect(kibibytes).toBeGreaterThan(50 * 1024);
    expect(kibibytes).toBeLessThan(1024 ** 2);
    expect(JSON.parse(ended.stdout)).toMatchObject({ epochs: 1 });
  },
  300_000,
);
