import type { InputForm } from '../../data/sampleSet.js';
import { type Mistake, worstMistakes } from '../../metrics/mistakes.js';
import { type Block, gallery, note, table } from '../blocks.js';
import { cellOf, columnsOf } from './columns.js';
import { type ClassJudgement, type JudgedPart, type NumberJudgement, ofClasses } from './judged.js';
import { residualTable } from './numberCharts.js';
import { arePictures, pictureUris, samplesAt } from './samplePictures.js';
import { count, percent } from './words.js';

/** How many a page shows. */
const mostPictures = 60;
const mostRows = 30;
const mostColumns = 12;

/** The wrong answers, the most certain first; of numbers the largest residuals. */
export function mistakeBlocks(part: JudgedPart, input: InputForm): Block[] {
  return ofClasses(part)
    ? ofClassesBlocks(part, input)
    : [residualTable(part as JudgedPart<NumberJudgement>, mostRows)];
}

function ofClassesBlocks(part: JudgedPart<ClassJudgement>, input: InputForm): Block[] {
  const { name, set, judgement } = part;
  const mistakes = worstMistakes(judgement.answers);
  if (mistakes.length === 0) return [note(`Every sample of the ${name} set is classified right.`)];
  const most = arePictures(set.shape) ? mostPictures : mostRows;
  const shown = mistakes.slice(0, most);
  const which =
    shown.length < mistakes.length ? `, the ${most} most certain` : ', the most certain first';
  const title = `The ${count(mistakes.length, 'wrong answer')} to ${count(set.m, 'sample')} of the ${name} set${mistakes.length > 1 ? which : ''}`;
  return arePictures(set.shape)
    ? [pictureGallery(part, shown, set.shape, title)]
    : [mistakeTable(part, shown, input, title)];
}

function pictureGallery(
  { name, set, judgement }: JudgedPart<ClassJudgement>,
  mistakes: readonly Mistake[],
  shape: readonly [number, number, number],
  title: string,
): Block {
  const { classes } = judgement.answers;
  const uris = pictureUris(
    samplesAt(
      set,
      mistakes.map(({ index }) => index),
    ),
    shape,
  );
  return gallery({
    title,
    alt: `Pictures of the ${name} set with a wrong answer: label, answer and its probability`,
    pictures: mistakes.map(({ index, label, answer, probability, labelProbability }, k) => ({
      uri: uris[k],
      alt: `${set.origin(index)}, a ${classes[label]} that is called ${classes[answer]}`,
      caption: [
        `${classes[label]}, called ${classes[answer]}`,
        `${percent(probability)} sure; label ${percent(labelProbability)}`,
        set.origin(index),
      ],
    })),
  });
}

function mistakeTable(
  { set, judgement }: JudgedPart<ClassJudgement>,
  mistakes: readonly Mistake[],
  input: InputForm,
  caption: string,
): Block {
  const { classes } = judgement.answers;
  const all = columnsOf(input, set.shape) ?? [];
  const columns = all.slice(0, mostColumns);
  const samples = samplesAt(
    set,
    mistakes.map(({ index }) => index),
  );
  const fewer = columns.length < all.length ? ` (${mostColumns} of ${all.length} columns)` : '';
  return table({
    caption: caption + fewer,
    columns: ['sample', 'label', 'called', 'sure', ...columns.map(({ name }) => name)],
    rows: mistakes.map(({ index, label, answer, probability }, k) => [
      ...[set.origin(index), classes[label], classes[answer], percent(probability)],
      ...columns.map((column) => cellOf(column, samples[k])),
    ]),
    numeric: [false, false, false, true, ...columns.map(({ words }) => words === undefined)],
  });
}
