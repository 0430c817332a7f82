// Runs the experiments of note 002: npx tsx scripts/course/note-002.ts [options of handgrad course]
import { runNote } from './runNote.js';

runNote('002');
