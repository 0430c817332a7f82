// npm pack and npm publish: the set-up, where there are no packages at all, then the build.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, setup } from './setup.mjs';

if (!existsSync(join(root, 'node_modules'))) await setup();
await run('node_modules/.bin/tsx', ['scripts/build.ts']);
