// What a user carries and waits for before the first number: the install, the bundle for a browser, and
// the start of a command, installed.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle, gzipped, install, weigh, xor } from '../package/install.js';
import type { Ratio } from './ratios.js';
import { startTimes } from './startTimes.js';
import type { Workload } from './workload.js';

/** Sizes, counts and times, each with what it may be at most. */
let found: readonly Ratio[] = [];

export const start: Workload = {
  measure: async ({ rounds, say }) => {
    const folder = mkdtempSync(join(tmpdir(), 'handgrad-start-'));
    try {
      say('Building, packing and installing the package ...');
      const installed = install(folder);
      const { packages, megabytes } = weigh(installed);
      const bundled = gzipped(await bundle(installed, xor));
      found = [
        { name: 'start: installed, MB (was 386)', value: megabytes, target: 120 },
        { name: 'start: installed, packages (was 169)', value: packages, target: 45 },
        { name: 'start: tarball, MB', value: installed.packed.size / 1e6 },
        {
          name: 'start: bundle on the cpu backend, kB gzipped (there was none)',
          value: bundled,
          target: 156,
        },
        ...startTimes(join(installed.app, 'node_modules', 'handgrad'), rounds),
      ];
      return [];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  ratios: () => found,
};
