// npm test: what is missing of the set-up, then types, lint and format, and the tests. Arguments go to jest.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, setup } from './setup.mjs';

await setup();
const cats = process.env.HANDGRAD_DATA || join(root, '../shared/data/catvnoncat');
if (!existsSync(join(cats, 'train_catvnoncat.h5'))) {
  console.error(
    'The real cat set is not here (HANDGRAD_DATA names its folder): its tests are not run.',
  );
}
await run('node_modules/.bin/tsc', ['-p', '.']);
await run('node_modules/.bin/biome', ['check', '.']);
await run(process.execPath, [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  ...process.argv.slice(2),
]);
