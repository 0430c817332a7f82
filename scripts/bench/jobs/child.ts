import { FolderStore } from '../../../src/jobs/folderStore.js';
import { kindTable } from '../../../src/jobs/kind.js';
import { serve } from '../../../src/jobs/serve.js';
import { bareKind } from './bare.js';

serve(kindTable(bareKind), new FolderStore(process.argv[2]));
