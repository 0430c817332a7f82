// Runs the experiments of note 000: npx tsx scripts/course/note-000.ts [options of handgrad course]
import { runNote } from './runNote.js';

runNote('000');
