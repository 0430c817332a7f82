// npm test: what is missing of the set-up, then types, lint and format, and the tests. Arguments go to jest.
import { run, setup } from './setup.mjs';

await setup();
run('node_modules/.bin/tsc', ['-p', '.']);
run('node_modules/.bin/biome', ['check', '.']);
run(process.execPath, [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  ...process.argv.slice(2),
]);
