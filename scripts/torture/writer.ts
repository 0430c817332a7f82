// Saves models to a folder until it is killed, or alone: writer.ts FOLDER NAME

import { writeModels } from '../../src/export/files.js';
import { useDisk } from '../../src/files/disk.js';
import { modelOf } from './models.js';

// Most of a save is a wait for readers: a short one has the kills come where files are moved.
useDisk((real) => ({ ...real, wait: (ms) => real.wait(ms / 20) }));

const [folder, name] = process.argv.slice(2);
const { ppid } = process;
for (let i = 0; process.ppid === ppid; i++) {
  // With and without a last epoch, in turn.
  const last = i % 3 === 2 ? undefined : modelOf(`${name}-last-${i % 5}`);
  await writeModels(folder, { '': modelOf(`${name}-${i % 7}`), last });
  if (i === 0) process.stdout.write('saved\n');
}
