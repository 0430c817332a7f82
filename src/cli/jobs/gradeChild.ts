import { FolderStore } from '../../jobs/folderStore.js';
import { serve } from '../../jobs/serve.js';
import { gradingKindsIn } from './gradingKinds.js';

/* A process that grades, started by `gradeEntry` with the folder of its store and what a module may have. */

const [folder, seconds, memory] = process.argv.slice(2);
const store = new FolderStore(folder, Number.POSITIVE_INFINITY); // the parent sweeps it
serve(gradingKindsIn(store, { seconds: Number(seconds), memory: Number(memory) }), store);
