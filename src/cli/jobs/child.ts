import { FolderStore } from '../../jobs/folderStore.js';
import { kindTable } from '../../jobs/kind.js';
import { serve } from '../../jobs/serve.js';
import { type Origin, placesIn } from './place.js';
import { trialKind } from './trial.js';

/* A process that does jobs, started by `childEntry` with the folder of its store and whose tasks they are. */

const [folder, origin] = process.argv.slice(2);
const store = new FolderStore(folder);
serve(kindTable(trialKind(placesIn(store, origin as Origin))), store);
