import { FolderStore } from '../../jobs/folderStore.js';
import { serve } from '../../jobs/serve.js';
import { kindsIn } from './kinds.js';
import type { Origin } from './place.js';

/* A process that does jobs, started by `childEntry` with the folder of its store and whose tasks they are. */

const [folder, origin] = process.argv.slice(2);
// The parent of those from elsewhere sweeps what lies there.
const store = new FolderStore(folder, origin === 'here' ? undefined : Number.POSITIVE_INFINITY);
serve(kindsIn(store, origin as Origin), store);
