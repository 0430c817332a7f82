import type { Dialect } from './dialect.js';
import type { Edit } from './edit.js';
import type { Said } from './said.js';
import { siteOf } from './site.js';
import type { Stage } from './stage.js';
import { correctionOf } from './writing.js';

/** What the edits of a repair say, each with the line as it should be where that line is code that runs. */
export function sayEdits(stage: Stage, edits: readonly Edit[], dialect: Dialect): readonly Said[] {
  const all = edits.map((edit) => sayEdit(stage, edit, dialect));
  const lineOf = ({ correction }: Said) => correction?.split(':')[0];
  // Of two corrections of one line neither holds the other.
  return all.map((said) => {
    const isTwice = all.some((other) => other !== said && lineOf(other) === lineOf(said));
    const { correction: _, ...bare } = said;
    return isTwice ? bare : said;
  });
}

function sayEdit(stage: Stage, { key, change, part }: Edit, dialect: Dialect): Said {
  const site = siteOf(stage, stage.groupOf(key)!, part === true, dialect);
  const { id, sentence, write } = change.say(site);
  const correction = correctionOf(site, write);
  return { id, sentence: `${sentence}.`, ...(correction && { correction }) };
}
