// Runs the experiments of note 001: npx tsx scripts/course/note-001.ts [options of handgrad course]
import { runNote } from './runNote.js';

runNote('001');
