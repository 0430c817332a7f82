import { FolderStore } from '../../../src/jobs/folderStore.js';
import { kindTable } from '../../../src/jobs/kind.js';
import { serve } from '../../../src/jobs/serve.js';
import { momentKind, sumKind } from './sums.js';

/* A child process that does the jobs of tests. */
serve(kindTable(sumKind, momentKind), new FolderStore(process.argv[2], Number.POSITIVE_INFINITY));
