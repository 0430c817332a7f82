// npm run test:web: what is missing of the set-up, then the pages built and driven in Chromium. Arguments go to jest.
import { run, setup } from './setup.mjs';

await setup();
await run('node_modules/.bin/vite', [
  'build',
  '--config',
  'web/vite.config.ts',
  '--logLevel',
  'warn',
]);
await run(process.execPath, [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  '--testMatch',
  '**/__tests__/web/**/*.page.ts',
  '--testTimeout',
  '120000',
  ...process.argv.slice(2),
]);
