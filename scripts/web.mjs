// npm run web: what is missing of the set-up, then the pages on this machine; with `build`, as static files.
import { run, setup } from './setup.mjs';

await setup();
await run('node_modules/.bin/vite', [...process.argv.slice(2), '--config', 'web/vite.config.ts']);
