// npm start: what is missing of the set-up, then the main job.
import { run, setup } from './setup.mjs';

const report = 'report/train.html';

await setup();
// By Node itself: the tsx program would end on a signal before the training has saved what it has.
await run(process.execPath, [
  ...['--import', 'tsx', 'src/cli/main.ts', 'train'],
  ...(process.argv.some((word) => word.startsWith('--report')) ? [] : ['--report', report]),
  ...process.argv.slice(2),
]);
