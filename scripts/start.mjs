// npm start: what is missing of the set-up, then the main job.
import { run, setup } from './setup.mjs';

await setup();
await run('node_modules/.bin/tsx', ['src/cli/main.ts', 'train', ...process.argv.slice(2)]);
