// Runs the experiments of note 003: npx tsx scripts/course/note-003.ts [options of handgrad course]
import { runNote } from './runNote.js';

runNote('003');
