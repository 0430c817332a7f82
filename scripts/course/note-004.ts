// Runs the experiments of note 004: npx tsx scripts/course/note-004.ts [options of handgrad course]
import { runNote } from './runNote.js';

runNote('004');
